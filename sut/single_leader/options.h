// The settings of the mode single-leader, decoded. docs/modes.md says what each value gives up.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/settings.h"

namespace tribunal::sut::single_leader {

enum class Replication : std::uint8_t { sync, majority, semi_sync, async };
enum class ReadRule : std::uint8_t { leader, leader_quorum, follower, any };
enum class Failover : std::uint8_t { automatic, manual, off };
enum class Election : std::uint8_t { log, clock, visible };
enum class LeaseClock : std::uint8_t { steady, wall };
enum class Fsync : std::uint8_t { always, interval, never };

// Bugs planted on purpose, one line each, to prove that the tests and the protocol checks see them.
// planted_bugs() says what each one breaks. No schema lists them.
enum class Mutation : std::uint8_t {
  none,
  vote_not_recorded,          // the vote is granted but neither remembered nor written
  vote_before_durable,        // the vote is sent before it is durable
  candidate_not_durable,      // asks for votes, and counts its own, before its new term is durable
  ack_before_durable,         // a follower acknowledges entries before they are durable
  count_before_durable,       // a leader counts its own copy before it is durable
  commit_old_term,            // entries of older terms commit by counting copies (Raft, Figure 8)
  skip_previous_check,        // entries are appended without comparing the term of the one before
  skip_log_check,             // votes ignore how complete the candidate's log is
  small_quorum,               // half of the nodes are taken for a majority
  apply_before_commit,        // a leader applies and answers on append
  commit_unmatched,           // a follower commits up to leader_commit, beyond what it compared
  truncate_always,            // a follower drops everything after the entries of each message
  keep_conflict,              // a follower keeps a conflicting entry
  keep_old_term,              // messages of older terms are taken as current
  snapshot_without_sessions,  // a snapshot forgets what clients were told
  read_without_round,         // leader-quorum reads trust any earlier round
  read_before_own_commit,     // a new leader reads before an entry of its own term is committed
  no_rollback,                // discarding applied entries leaves their effect in the state
  forget_term,                // the term is not written
};

// By the enum without none: the name as settings spell it, and what is broken.
const std::vector<std::pair<std::string, std::string>>& planted_bugs();

struct Options {
  Replication replication = Replication::sync;
  std::uint16_t min_in_sync = 0;  // 0: a majority
  bool unclean_election = false;
  ReadRule read = ReadRule::leader_quorum;
  Failover failover = Failover::automatic;
  Election election = Election::log;
  bool fencing = true;
  Fsync fsync = Fsync::always;
  bool dedup = true;
  bool checksums = true;                // of records on disk
  std::uint64_t snapshot_every = 1000;  // entries; 0: never
  Duration heartbeat = milliseconds(100);
  Duration election_timeout = seconds(1);  // each time a uniform choice from [1, 2) times this
  Duration in_sync_timeout = milliseconds(400);
  Duration fsync_interval = seconds(1);
  Duration lease{};  // zero: none
  LeaseClock lease_clock = LeaseClock::steady;
  Mutation mutation = Mutation::none;

  friend bool operator==(const Options&, const Options&) = default;
  static auto fields(auto& self) {
    return std::tie(self.replication, self.min_in_sync, self.unclean_election, self.read,
                    self.failover, self.election, self.fencing, self.fsync, self.dedup,
                    self.checksums, self.snapshot_every, self.heartbeat, self.election_timeout,
                    self.in_sync_timeout, self.fsync_interval, self.lease, self.lease_clock,
                    self.mutation);
  }
};

Schema schema();

// Precondition: `settings` was parsed against schema(). Total: durations below a millisecond count
// as one; check_options says what a person should be told instead.
Options options_from(const Settings& settings);
tribunal::Status check_options(const Options& options);

}  // namespace tribunal::sut::single_leader
