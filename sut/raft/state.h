// Everything a Raft server holds. Raft derives from State and adds nothing, so the list at the end
// is all there is to fingerprint; tests prove both.
#pragma once

#include <cstdint>
#include <tuple>
#include <vector>

#include "base/ids.h"
#include "spec/program.h"
#include "sut/command.h"
#include "sut/node.h"
#include "sut/raft/log.h"
#include "sut/raft/message.h"
#include "sut/raft/options.h"
#include "sut/sessions.h"
#include "sut/store.h"

namespace tribunal::sut::raft {

// What a leader knows of one follower. It sends batches ahead of the answers (pipelining, §10.2.1)
// once it knows where the logs agree; until then it probes with one message at a time.
struct Peer {
  std::uint64_t next = 1;        // the entry to send next
  std::uint64_t match = 0;       // durable there and equal to the leader's log up to here
  std::uint64_t round = 0;       // the latest round it answered
  std::uint64_t under_way = 0;   // about how many messages with entries have no answer yet
  std::uint64_t installing = 0;  // index of the snapshot under way + 1; 0: none
  Time progress_at{};            // when it last came further, or something was sent to it first
  bool probing = true;
  bool resetting = false;  // the snapshot under way is to replace what contradicts it
  friend bool operator==(const Peer&, const Peer&) = default;
  static auto fields(auto& self) {
    return std::tie(self.next, self.match, self.round, self.under_way, self.installing,
                    self.progress_at, self.probing, self.resetting);
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

// A server that is brought up to date before it becomes a member (§4.2.1).
struct CatchUp {
  NodeId node = no_node;
  std::uint64_t goal = 0;  // reaching this index ends the round
  std::uint64_t rounds = 0;
  Time since{};  // the round began
  friend bool operator==(const CatchUp&, const CatchUp&) = default;
  static auto fields(auto& self) { return std::tie(self.node, self.goal, self.rounds, self.since); }
};

struct State {
  // ---- fixed ----
  NodeId self_{};
  std::uint16_t nodes_ = 1;
  Options options_;
  spec::Program program_;  // what transact and inspect are about; none: there is no such thing

  // ---- survives a crash, as far as the settings let it ----
  std::uint64_t term_ = 0;
  NodeId voted_for_ = no_node;
  Log log_;
  std::vector<Configuration> configurations_;  // ascending; the first holds at the log's base
  SharedSnapshot snapshot_;
  std::uint64_t ordinal_ = 0;  // of the latest record

  // ---- what of it is on disk ----
  std::uint64_t next_write_ = 1;
  std::uint64_t in_flight_ = 0;       // the one synced write that is under way; 0: none
  std::uint64_t in_flight_last_ = 0;  // it makes the log durable up to here
  std::uint64_t written_ = 0;         // last index that is in some record
  std::uint64_t durable_ = 0;         // last index that counts as durable
  bool state_dirty_ = false;          // term or vote differ from the latest record
  bool log_dirty_ = false;            // the log differs from the records
  bool checkpoint_due_ = false;       // the next record must hold everything
  bool disk_failed_ = false;          // a write failed; nothing is written until the retry timer
  bool sync_armed_ = false;           // fsync=interval: the timer runs

  // ---- to be sent once what is dirty now is durable ----
  NodeId ack_to_ = no_node;
  NodeId vote_to_ = no_node;
  bool campaign_due_ = false;
  std::uint64_t campaign_write_ = 0;  // makes this candidacy durable; 0: done or none

  // ---- volatile: everybody ----
  Role role_ = Role::follower;
  NodeId leader_ = no_node;  // of term_, once heard
  std::uint64_t commit_ = 0;
  std::uint64_t applied_ = 0;
  Store store_;
  Sessions sessions_;
  Time last_heard_{};    // the election timer counts from here: a leader, or a vote granted
  Time leader_heard_{};  // from a leader, or since the start: no vote for others until later
  Duration timeout_{};   // how long after last_heard_ this node stands for election

  // ---- volatile: follower ----
  NodeId source_ = no_node;        // whose log matched_ compares with,
  std::uint64_t source_term_ = 0;  // in which term
  std::uint64_t matched_ = 0;      // equal to the leader's log up to here
  std::uint64_t seen_round_ = 0;

  // ---- volatile: candidate ----
  std::uint64_t votes_ = 0;   // bit i: node i
  bool pre_voting_ = false;   // asks first, without a new term
  bool transferred_ = false;  // the former leader wants this candidacy

  // ---- volatile: leader ----
  std::vector<Peer> peers_;      // by node; the own slot is unused
  std::uint64_t own_first_ = 0;  // index of the first entry of the own term
  std::uint64_t round_ = 0;
  std::uint64_t heard_ = 0;         // who answered since the last look
  std::vector<PendingRead> reads_;  // oldest first
  CatchUp catch_up_;
  std::uint64_t lease_round_ = 0;  // would make the lease longer once a majority answers; 0: none
  Time lease_round_at_{};          // when it began
  Time lease_until_{};
  bool lease_void_ = false;  // for the rest of the term: another was told to take over
  NodeId transfer_to_ = no_node;
  Time transfer_at_{};
  bool transfer_sent_ = false;

  static auto fields(auto& self) {
    return std::tie(
        self.self_, self.nodes_, self.options_, self.program_, self.term_, self.voted_for_,
        self.log_, self.configurations_, self.snapshot_, self.ordinal_, self.next_write_,
        self.in_flight_, self.in_flight_last_, self.written_, self.durable_, self.state_dirty_,
        self.log_dirty_, self.checkpoint_due_, self.disk_failed_, self.sync_armed_, self.ack_to_,
        self.vote_to_, self.campaign_due_, self.campaign_write_, self.role_, self.leader_,
        self.commit_, self.applied_, self.store_, self.sessions_, self.last_heard_,
        self.leader_heard_, self.timeout_, self.source_, self.source_term_, self.matched_,
        self.seen_round_, self.votes_, self.pre_voting_, self.transferred_, self.peers_,
        self.own_first_, self.round_, self.heard_, self.reads_, self.catch_up_, self.lease_round_,
        self.lease_round_at_, self.lease_until_, self.lease_void_, self.transfer_to_,
        self.transfer_at_, self.transfer_sent_);
  }
};

}  // namespace tribunal::sut::raft
