// The settings of the mode raft, decoded. docs/modes/raft.md says what each value gives up.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/settings.h"

namespace tribunal::sut::raft {

enum class ReadRule : std::uint8_t { read_index, log, lease, local, any };
enum class Fsync : std::uint8_t { always, interval, never };

// Bugs planted on purpose, one line each, to prove that the tests and the protocol checks see them.
// planted_bugs() says what each one breaks. No schema lists them.
enum class Mutation : std::uint8_t {
  none,
  vote_not_recorded,
  vote_twice,
  vote_before_durable,
  candidate_not_durable,
  ack_before_durable,
  count_before_durable,
  skip_previous_check,
  keep_conflict,
  truncate_always,
  commit_unmatched,
  keep_old_term,
  small_quorum,
  count_nonvoters,
  two_changes_at_once,
  committed_members_only,
  snapshot_without_sessions,
  snapshot_without_members,
  install_older_snapshot,
  read_without_round,
  read_before_own_commit,
  lease_from_answer,
  lease_during_transfer,
};

// By the enum without none: the name as settings spell it, and what is broken.
const std::vector<std::pair<std::string, std::string>>& planted_bugs();

struct Options {
  ReadRule read = ReadRule::read_index;
  Fsync fsync = Fsync::always;
  bool persist_vote = true;
  bool election_restriction = true;
  bool commit_old_term = false;      // true: entries of older terms commit by counting (unsafe)
  bool apply_before_commit = false;  // true: answers on append (unsafe)
  bool skip_log = false;             // true: recovery forgets the log (unsafe)
  bool safe_membership = true;
  bool pre_vote = true;
  bool check_quorum = true;
  bool dedup = true;
  std::uint16_t initial_members = 0;    // 0: all nodes
  std::uint64_t snapshot_every = 1000;  // entries; 0: never
  std::uint64_t max_batch = 64;         // entries in one message
  std::uint64_t pipeline = 4;           // messages with entries under way to one follower
  Duration heartbeat = milliseconds(100);
  Duration election_timeout = seconds(1);
  Duration election_spread = seconds(1);  // each wait is drawn from [timeout, timeout + spread]
  Duration first_election{};              // of a server that has never run; 0: as any other
  Duration lease{};                       // 0: the election timeout
  Duration lease_margin = milliseconds(100);
  Duration fsync_interval = seconds(1);
  Mutation mutation = Mutation::none;

  friend bool operator==(const Options&, const Options&) = default;
  static auto fields(auto& self) {
    return std::tie(
        self.read, self.fsync, self.persist_vote, self.election_restriction, self.commit_old_term,
        self.apply_before_commit, self.skip_log, self.safe_membership, self.pre_vote,
        self.check_quorum, self.dedup, self.initial_members, self.snapshot_every, self.max_batch,
        self.pipeline, self.heartbeat, self.election_timeout, self.election_spread,
        self.first_election, self.lease, self.lease_margin, self.fsync_interval, self.mutation);
  }
};

Schema schema();

// Precondition: `settings` was parsed against schema(), or against it and a setting "mutation".
// Total: durations out of reason are clamped; check_options says what a person should be told.
Options options_from(const Settings& settings);
tribunal::Status check_options(const Options& options);

}  // namespace tribunal::sut::raft
