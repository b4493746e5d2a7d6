// Everything a node of the mode leaderless holds. Leaderless derives from State and adds nothing,
// so the list at the end is all there is to fingerprint; tests prove both.
#pragma once

#include <cstdint>
#include <tuple>
#include <vector>

#include "base/ids.h"
#include "sut/command.h"
#include "sut/leaderless/message.h"
#include "sut/leaderless/options.h"
#include "sut/replicated/datum.h"
#include "sut/replicated/stamp.h"

namespace tribunal::sut::leaderless {

// This node's copy of one object. Of objects that live elsewhere a coordinator keeps what it wrote
// itself, in memory alone: its next write of the object must contain the ones before.
struct Item {
  Object object;
  Datum datum;
  std::uint64_t write = 0;  // the record that keeps the latest change
  Time changed{};           // by the wall clock, for the collection of tombstones
  friend bool operator==(const Item&, const Item&) = default;
  static auto fields(auto& self) {
    return std::tie(self.object, self.datum, self.write, self.changed);
  }
};

enum class Phase : std::uint8_t {
  ask,     // what do the replicas hold?
  store,   // waits for acknowledgements
  settle,  // answered; late answers are awaited to repair those replicas too
};

struct Holding {
  NodeId node{};
  std::uint64_t digest = 0;  // 0: nothing
  friend bool operator==(const Holding&, const Holding&) = default;
  static auto fields(auto& self) { return std::tie(self.node, self.digest); }
};

// A client's request at its coordinator. Sets of nodes are bit masks.
struct Operation {
  std::uint64_t number = 0;
  RequestId request;
  Command command;
  Object object;
  sut::Context client;  // what the client was shown
  Phase phase = Phase::ask;
  bool claims = false;
  bool done_before = false;  // another attempt stored it: only make that visible
  std::uint64_t told = 0;
  std::uint64_t granted = 0;
  std::uint64_t acked = 0;
  bool held_more = false;         // store: a replica holds more than what is to be shown
  std::uint64_t repeats = 0;      // answers beyond the first of a node
  std::vector<Holding> holdings;  // what was told, by arrival
  Datum merged;                   // the join of it
  SharedDatum outgoing;           // store: what is being stored
  bool has_value = false;         // store: what to answer then
  std::int64_t value = 0;
  sut::Context context;
  Time deadline{};
  Time resend_at{};
  friend bool operator==(const Operation&, const Operation&) = default;
  static auto fields(auto& self) {
    return std::tie(self.number, self.request, self.command, self.object, self.client, self.phase,
                    self.claims, self.done_before, self.told, self.granted, self.acked,
                    self.held_more, self.repeats, self.holdings, self.merged, self.outgoing,
                    self.has_value, self.value, self.context, self.deadline, self.resend_at);
  }
};

// A message of this node to itself that waits for a write.
struct Local {
  std::uint64_t write = 0;
  Message message;
  friend bool operator==(const Local&, const Local&) = default;
  static auto fields(auto& self) { return std::tie(self.write, self.message); }
};

struct State {
  // ---- fixed ----
  NodeId self_{};
  std::uint16_t nodes_ = 1;
  Options options_;

  // ---- survives a crash, as far as fsync lets it ----
  std::uint32_t life_ = 0;     // counts restarts: (node, life, counter) names a write for ever
  std::vector<Item> items_;    // by object; survive at homes only
  std::vector<Hint> hints_;    // by (home, object)
  std::vector<Claim> claims_;  // by client

  // ---- what of it is on disk ----
  std::uint64_t next_write_ = 1;
  std::vector<std::uint64_t> in_flight_;  // writes not answered yet, ascending
  std::uint64_t life_write_ = 0;
  std::uint64_t records_ = 0;  // since the latest checkpoint
  bool disk_failed_ = false;   // a write failed: this node is no replica until a checkpoint is kept
  std::uint64_t retry_write_ = 0;  // that checkpoint, under way
  bool sync_armed_ = false;

  // ---- volatile ----
  replicated::StampClock clock_;
  std::uint64_t next_dot_ = 1;
  std::uint64_t next_operation_ = 1;
  std::vector<Operation> operations_;  // by number
  std::vector<Local> local_;
  Time alarm_{};              // when the operations' timer is to fire; 0: it is not armed
  std::uint64_t rounds_ = 0;  // of anti-entropy
  std::uint64_t stores_ = 0;  // merged here, for reports

  static auto fields(auto& self) {
    return std::tie(self.self_, self.nodes_, self.options_, self.life_, self.items_, self.hints_,
                    self.claims_, self.next_write_, self.in_flight_, self.life_write_,
                    self.records_, self.disk_failed_, self.retry_write_, self.sync_armed_,
                    self.clock_, self.next_dot_, self.next_operation_, self.operations_,
                    self.local_, self.alarm_, self.rounds_, self.stores_);
  }
};

}  // namespace tribunal::sut::leaderless
