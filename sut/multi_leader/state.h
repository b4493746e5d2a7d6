// Everything a node of the mode multi-leader holds. MultiLeader derives from State and adds
// nothing, so the list at the end is all there is to fingerprint; tests prove both.
#pragma once

#include <cstdint>
#include <tuple>
#include <vector>

#include "base/ids.h"
#include "spec/instance.h"
#include "spec/program.h"
#include "sut/command.h"
#include "sut/multi_leader/message.h"
#include "sut/multi_leader/options.h"
#include "sut/node.h"

namespace tribunal::sut::multi_leader {

// An update in the log of recent ones, and since when it has been here.
struct Logged {
  Entry entry;
  Time at{};
  friend bool operator==(const Logged&, const Logged&) = default;
  static auto fields(auto& self) { return std::tie(self.entry, self.at); }
};

// What a node knows of another, and of the messages between them.
struct Peer {
  std::uint32_t life = 0;          // of its latest message
  std::uint64_t heard = 0;         // number of its latest message
  std::uint64_t number = 0;        // of the latest message to it
  std::uint64_t echoed = 0;        // the latest of ours that it has answered
  Time answered_at{};              // when it last answered something new: links work both ways
  bool reported = false;           // `seen` comes from itself
  replicated::CausalContext seen;  // what it has, by its latest message
  replicated::CausalContext sent;  // what it will have if nothing is lost
  std::uint64_t next = 0;          // log position: all before it is covered by `sent`
  std::uint64_t mark = 0;          // number of the latest message that brought updates
  Time mark_at{};
  std::uint64_t state_number = 0;  // of the latest full state; 0: none
  Time probed_at{};
  Time behind_since{};  // lacks what the log no longer holds; -1 s: does not
  bool owes = false;    // it waits for an answer
  friend bool operator==(const Peer&, const Peer&) = default;
  static auto fields(auto& self) {
    return std::tie(self.life, self.heard, self.number, self.echoed, self.answered_at,
                    self.reported, self.seen, self.sent, self.next, self.mark, self.mark_at,
                    self.state_number, self.probed_at, self.behind_since, self.owes);
  }
};

// An answer that shows what is not durable yet.
struct HeldReply {
  RequestId id;
  Status status = Status::ok;
  bool has_value = false;
  std::int64_t value = 0;
  std::vector<std::int64_t> elements;
  Context context;
  Context session;
  friend bool operator==(const HeldReply&, const HeldReply&) = default;
  static auto fields(auto& self) {
    return std::tie(self.id, self.status, self.has_value, self.value, self.elements, self.context,
                    self.session);
  }
};

struct State {
  // ---- fixed ----
  NodeId self_{};
  std::uint16_t nodes_ = 1;
  Options options_;
  spec::Program program_;  // what transact and inspect are about; none: there is no such thing

  // ---- survives a crash, as far as fsync lets it ----
  std::uint32_t life_ = 0;
  std::vector<Object> objects_;            // by (type, key)
  std::vector<spec::Instance> instances_;  // by key
  replicated::CausalContext seen_;         // the updates that are applied
  replicated::StampClock clock_;
  std::vector<Logged> log_;          // the latest updates applied, oldest first
  replicated::CausalContext floor_;  // applied, but no longer in the log
  std::uint64_t ordinal_ = 0;        // of the latest record

  // ---- what of it is on disk ----
  std::uint64_t log_base_ = 0;  // position of the first update in the log; positions only ascend
  std::uint64_t written_ = 0;   // position after the last update that is in some record
  std::uint64_t durable_ = 0;   // position after the last update that counts as durable
  std::uint64_t next_write_ = 1;
  std::uint64_t in_flight_ = 0;         // the one synced write that is under way; 0: none
  std::uint64_t in_flight_end_ = 0;     // it makes the log durable up to here
  std::uint64_t since_checkpoint_ = 0;  // updates
  bool boot_due_ = false;               // the life is in no record yet
  bool checkpoint_due_ = false;         // the next record must hold everything
  bool disk_failed_ = false;            // a write failed; nothing is promised until a checkpoint
  bool sync_armed_ = false;             // fsync=interval: the timer runs
  std::vector<HeldReply> held_;         // answers for the next record

  // ---- volatile ----
  std::uint64_t counter_ = 0;       // of the latest own write in this life
  replicated::CausalContext told_;  // applied when the latest own write was made
  replicated::CausalContext have_;  // applied, or waiting
  std::vector<Entry> waiting_;      // for what they depend on
  std::vector<Peer> peers_;         // by node; the own slot is unused

  static auto fields(auto& self) {
    return std::tie(self.self_, self.nodes_, self.options_, self.program_, self.life_,
                    self.objects_, self.instances_, self.seen_, self.clock_, self.log_, self.floor_,
                    self.ordinal_, self.log_base_, self.written_, self.durable_, self.next_write_,
                    self.in_flight_, self.in_flight_end_, self.since_checkpoint_, self.boot_due_,
                    self.checkpoint_due_, self.disk_failed_, self.sync_armed_, self.held_,
                    self.counter_, self.told_, self.have_, self.waiting_, self.peers_);
  }
};

}  // namespace tribunal::sut::multi_leader
