// One replica of some mode in a process of its own, without sockets: decodes what arrives, steps
// the protocol, keeps its timers, clocks and log, and hands what it wants done to its surroundings.
//
// Times are true time, since the start of the run. Whoever owns it calls tick() at next_due(), and
// sync() after each batch of inputs, so that everything which one batch writes shares one fdatasync
// (group commit).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/settings.h"
#include "cluster/clock.h"
#include "cluster/processes/file_log.h"
#include "cluster/wire/frame.h"
#include "spec/program.h"
#include "sut/node.h"

namespace tribunal::cluster {

// What a replica can do to the rest of the world.
class Surroundings {
 public:
  virtual ~Surroundings() = default;
  // `flags` of the frame. The bytes are only valid during the call.
  virtual void send(NodeId to, std::uint8_t flags, wire::ByteView message) = 0;
  virtual void respond(const sut::RequestId& id, const sut::Reply& reply) = 0;
  virtual void witness(Time at, const sut::Witness& witness) = 0;
  virtual void note(Time at, std::string_view line) = 0;  // for the node's log
};

struct DiskFaultState {
  Duration slow{};  // every sync takes this much longer
  bool full = false;
  bool error = false;
  bool lie = false;
  static auto fields(auto& self) { return std::tie(self.slow, self.full, self.error, self.lie); }
};

class Replica {
 public:
  virtual ~Replica() = default;

  // First. Consumes what was recovered; an error names a record that cannot be decoded.
  virtual Status start(Time now, std::vector<wire::Bytes>&& recovered) = 0;
  // An error (the message is nonsense, and the connection it came on should be closed) changes
  // nothing.
  virtual Status receive(Time now, NodeId from, wire::ByteView message) = 0;
  virtual void request(Time now, sut::Request&& request) = 0;
  virtual void promote(Time now) = 0;
  virtual void change_members(Time now, sut::ChangeMembers change) = 0;

  // When tick() has something to do; nullopt: never, as things stand.
  virtual std::optional<Time> next_due(Time now) const = 0;
  virtual void tick(Time now) = 0;
  // Syncs if something waits for it and performs what that releases. An error: the disk cannot be
  // trusted any more, and the process must end.
  virtual Status sync(Time now) = 0;

  virtual void set_clock(const NodeClock& clock) = 0;
  virtual void set_disk(const DiskFaultState& faults) = 0;

  virtual sut::View view() const = 0;
  virtual std::vector<sut::Content> contents() const = 0;
};

struct ReplicaOptions {
  NodeId self{};
  std::uint16_t nodes = 1;
  std::uint64_t seed = 0;
  std::uint64_t incarnation = 0;  // how often this node was started before
  spec::Program specification{};  // what transact and inspect are about; none: no such thing
};

// `mode` was parsed against sut::modes(). The log and the surroundings outlive the replica.
std::unique_ptr<Replica> make_replica(const Settings& mode, const ReplicaOptions& options,
                                      FileLog log, Surroundings& surroundings);
// Of the mode: whether its disks notice flipped bits.
bool disk_checksums(const Settings& mode);
// Of the mode: whether an operator can add and remove members.
bool members_change(const Settings& mode);

}  // namespace tribunal::cluster
