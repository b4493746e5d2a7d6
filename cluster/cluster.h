// Where a system runs. Workloads, nemeses and the harness see only this: simulated/, processes/ and
// (later) external databases implement it.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "sut/command.h"
#include "sut/node.h"
#include "sut/protocol_checks.h"

namespace tribunal::cluster {

// ---- faults: the primitive actions a cluster can take; a nemesis composes them ----
enum class Primitive : std::uint8_t {
  cut,         // link node→peer loses everything (one direction)
  mend,        // link node→peer: undo everything else that is done to links
  shape,       // link node→peer behaves per `shape`
  corrupt,     // a byte of each frame on link node→peer is wrong with probability `ppm`
  reset,       // connections node→peer are reset, and new ones refused with a reset
  half_open,   // connections node→peer: the receiver's end is closed and the sender is not told
  slow_close,  // the end of a connection node→peer reaches the other side `amount` late
  lose_requests,  // what clients ask of node is lost on the way,
  lose_replies,   // what it answers them is,
  reach_clients,  // neither is any more
  pause,          // node stops running; its timers and messages wait
  resume,
  kill,        // node dies: loses memory and every record that was not synced
  restart,     // a dead node starts again from what survived
  power_loss,  // as kill; besides, a sync in progress may be cut short: its first records may
               // survive, the one after them torn (and dropped by recovery, which checks checksums)
  clock_step,  // wall clock jumps by `amount`
  clock_rate,  // both clocks run at (1 + ppm/1e6) of true time from now on
  clock_reset,   // wall offset and rates back to true time
  disk_slow,     // each sync takes `amount` longer, until disk_heal
  disk_full,     // writes fail, until disk_heal
  disk_error,    // syncs fail with an input/output error, until disk_heal
  disk_lie,      // syncs are acknowledged without being done, until disk_heal
  disk_corrupt,  // flips one bit in the log of a dead node: recovery ends before the damaged record
  disk_heal,
  member_add,     // an operator asks the node, if it leads, to take `peer` in,
  member_remove,  // or to let it go
  promote,        // an operator tells the node to become leader
};
const char* name(Primitive primitive);

struct LinkShape {
  Duration delay{};                 // added to every message
  std::uint32_t loss_ppm = 0;       // dropped with this probability
  std::uint32_t duplicate_ppm = 0;  // delivered twice
  std::uint32_t reorder_ppm = 0;    // held back by up to `reorder_window`
  Duration reorder_window{};
  std::uint32_t bytes_per_second = 0;  // 0: unlimited
  friend bool operator==(const LinkShape&, const LinkShape&) = default;
};

struct Action {
  Primitive primitive{};
  NodeId node{};
  NodeId peer{};         // all those of links, member_add, member_remove
  LinkShape shape{};     // shape
  Duration amount{};     // clock_step, disk_slow, slow_close
  std::int64_t ppm = 0;  // clock_rate, corrupt
  friend bool operator==(const Action&, const Action&) = default;
};

// ---- clients ----
// ok: `reply` says what happened. fail: certainly did not happen (refused everywhere, or a failed
// compare-and-set). info: no answer in time, or the connection was lost: may or may not have
// happened.
enum class Outcome : std::uint8_t { ok, fail, info };
struct Completion {
  ClientId client{};
  std::uint64_t sequence = 0;  // of the invocation
  Time at{};
  Outcome outcome = Outcome::info;
  sut::Reply reply;
  std::string error;  // why fail or info: "timeout", "not-leader", "mismatch", "unavailable"
  NodeId node{};      // the node that answered, or was last asked
};

struct NodeState {
  bool alive = true;
  bool paused = false;
  sut::View view;
};

// A node became leader.
struct Election {
  Time at{};
  NodeId node{};
  std::uint64_t term = 0;
};

struct Statistics {
  std::uint64_t events = 0;         // everything taken from the queue
  std::uint64_t messages_sent = 0;  // between nodes
  std::uint64_t messages_delivered = 0;
  std::uint64_t messages_lost = 0;
  std::uint64_t messages_duplicated =
      0;  // sent + duplicated = delivered + lost + still on their way
};

class Cluster {
 public:
  virtual ~Cluster() = default;

  virtual std::uint16_t node_count() const = 0;
  virtual Time now() const = 0;

  // Starts an operation of `client` at `contact`; one at a time per client. The client follows
  // leader hints and tries other nodes while that is certainly safe; it gives up (info, or fail if
  // nothing was ever accepted for sure) at now() + timeout. Returns the sequence number.
  virtual std::uint64_t invoke(ClientId client, NodeId contact, const sut::Command& command,
                               Duration timeout) = 0;

  // Runs until the next completion or until `deadline`, whichever is first; nullopt: the deadline.
  virtual std::optional<Completion> run_until(Time deadline) = 0;

  // An error: the cluster itself is broken (a process died that nobody killed, say), so that
  // nothing which happens from now on says anything about the store. The message may have several
  // lines.
  virtual Status health() const { return {}; }

  virtual const std::set<Primitive>& capabilities() const = 0;
  // Performs one action now. An error (nothing done) says why it is impossible, e.g. restart of a
  // live node.
  virtual Status apply(const Action& action) = 0;
  virtual NodeState state(NodeId node) const = 0;
  // The client-visible state of a live node, sorted by (read, key); a dead node has none.
  virtual std::vector<sut::Content> contents(NodeId node) const = 0;

  virtual const std::vector<sut::ProtocolViolation>& violations() const = 0;
  virtual const std::vector<Election>& elections()
      const = 0;  // in the order in which they happened
  virtual Statistics statistics() const = 0;
  // Where it runs, as reports say it: "simulated", "processes".
  virtual const char* world() const = 0;

  // A rolling hash over everything that happened in order: the same in two runs exactly when they
  // were the same. Clusters that are not deterministic return 0.
  virtual std::uint64_t trace_hash() const = 0;
  // One line per message and event since the start, when tracing was asked for; else empty.
  virtual const std::string& trace() const = 0;
  // What a node logged about itself (elections, steps down, recovery), one line an entry.
  virtual std::string log(NodeId node) const = 0;
};

}  // namespace tribunal::cluster
