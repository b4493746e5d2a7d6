// Everything a node of the mode single-leader holds. SingleLeader derives from State and adds
// nothing, so the list at the end is all there is to fingerprint; tests prove both.
#pragma once

#include <cstdint>
#include <tuple>
#include <vector>

#include "base/ids.h"
#include "spec/program.h"
#include "sut/command.h"
#include "sut/node.h"
#include "sut/sessions.h"
#include "sut/single_leader/log.h"
#include "sut/single_leader/message.h"
#include "sut/single_leader/options.h"
#include "sut/store.h"

namespace tribunal::sut::single_leader {

// What a leader knows of one follower. One batch of entries is under way to it at a time.
struct Peer {
  std::uint64_t next = 1;            // the entry to send next
  std::uint64_t match = 0;           // durable there and equal to the leader's log up to here
  std::uint64_t round = 0;           // the latest round it answered
  std::uint64_t members_number = 0;  // the latest in-sync set of this term that it holds durably
  std::uint64_t sent_last = 0;       // last entry of the batch under way; 0: none
  Time sent_at{};
  std::uint64_t installing = 0;  // index of the snapshot under way + 1; 0: none
  std::uint64_t goal = 0;  // the leader's last index at goal_at: reaching it is having caught up
  Time goal_at{};
  Time caught_up_at{};
  friend bool operator==(const Peer&, const Peer&) = default;
  static auto fields(auto& self) {
    return std::tie(self.next, self.match, self.round, self.members_number, self.sent_last,
                    self.sent_at, self.installing, self.goal, self.goal_at, self.caught_up_at);
  }
};

// A read that waits until the state has reached `index` and a majority has answered `round`.
struct PendingRead {
  RequestId id;
  Command command;
  std::uint64_t index = 0;
  std::uint64_t round = 0;
  friend bool operator==(const PendingRead&, const PendingRead&) = default;
  static auto fields(auto& self) { return std::tie(self.id, self.command, self.index, self.round); }
};

struct State {
  // ---- fixed ----
  NodeId self_{};
  std::uint16_t nodes_ = 1;
  Options options_;
  spec::Program program_;  // what transact and inspect are about; none: there is no such thing

  // ---- survives a crash, as far as fsync lets it ----
  std::uint64_t term_ = 0;
  NodeId voted_for_ = no_node;
  Members members_;
  Log log_;
  SharedSnapshot snapshot_;
  std::uint64_t ordinal_ = 0;  // of the latest record

  // ---- what of it is on disk ----
  std::uint64_t next_write_ = 1;
  std::uint64_t in_flight_ = 0;       // the one synced write that is under way; 0: none
  std::uint64_t in_flight_last_ = 0;  // it makes the log durable up to here
  Members in_flight_members_;
  std::uint64_t written_ = 0;  // last index that is in some record
  std::uint64_t durable_ = 0;  // last index that counts as durable
  Members members_durable_;
  bool state_dirty_ = false;     // term, vote or members differ from the latest record
  bool log_dirty_ = false;       // the log differs from the records
  bool checkpoint_due_ = false;  // the next record must hold everything
  bool disk_failed_ = false;     // a write failed; nothing is written until the retry timer
  bool sync_armed_ = false;      // fsync=interval: the timer runs

  // ---- to be sent once what is dirty now is durable ----
  NodeId ack_to_ = no_node;
  NodeId vote_to_ = no_node;
  bool campaign_due_ = false;
  bool campaign_forced_ = false;
  std::uint64_t campaign_write_ = 0;  // makes this candidacy durable; 0: done or none

  // ---- volatile: everybody ----
  Role role_ = Role::follower;
  NodeId leader_ = no_node;  // of term_, once heard
  std::uint64_t commit_ = 0;
  std::uint64_t applied_ = 0;
  Store store_;
  Sessions sessions_;
  Time last_heard_{};        // from a leader, or a vote granted
  Duration timeout_{};       // how long after that this node stands for election
  bool designated_ = false;  // failover=manual: this node is the one that leads
  std::vector<Time> seen_;   // election=visible: when each node was last heard; -1 s: never

  // ---- volatile: follower ----
  NodeId source_ = no_node;        // whose log matched_ compares with,
  std::uint64_t source_term_ = 0;  // in which term
  std::uint64_t matched_ = 0;      // equal to the leader's log up to here
  std::uint64_t seen_round_ = 0;

  // ---- volatile: candidate ----
  std::uint64_t votes_ = 0;  // bit i: node i

  // ---- volatile: leader ----
  std::vector<Peer> peers_;      // by node; the own slot is unused
  std::uint64_t own_first_ = 0;  // index of the first entry of the own term
  std::uint64_t round_ = 0;
  std::uint64_t heard_ = 0;            // who answered since the last look
  Time round_at_{};                    // when the latest round began
  std::uint64_t confirmed_round_ = 0;  // the latest round that a majority answered, with a lease
  Time confirmed_at_{};                // when it began
  std::uint64_t in_sync_ = 0;          // replication=sync: who must hold an entry before it commits
  std::uint64_t agreed_number_ = 0;    // the latest in-sync set that a majority holds
  std::vector<PendingRead> reads_;     // oldest first

  static auto fields(auto& self) {
    return std::tie(self.self_, self.nodes_, self.options_, self.program_, self.term_,
                    self.voted_for_, self.members_, self.log_, self.snapshot_, self.ordinal_,
                    self.next_write_, self.in_flight_, self.in_flight_last_,
                    self.in_flight_members_, self.written_, self.durable_, self.members_durable_,
                    self.state_dirty_, self.log_dirty_, self.checkpoint_due_, self.disk_failed_,
                    self.sync_armed_, self.ack_to_, self.vote_to_, self.campaign_due_,
                    self.campaign_forced_, self.campaign_write_, self.role_, self.leader_,
                    self.commit_, self.applied_, self.store_, self.sessions_, self.last_heard_,
                    self.timeout_, self.designated_, self.seen_, self.source_, self.source_term_,
                    self.matched_, self.seen_round_, self.votes_, self.peers_, self.own_first_,
                    self.round_, self.heard_, self.round_at_, self.confirmed_round_,
                    self.confirmed_at_, self.in_sync_, self.agreed_number_, self.reads_);
  }
};

}  // namespace tribunal::sut::single_leader
