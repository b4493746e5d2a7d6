// The schema of the mode raft, its decoding, and the list of planted bugs.
#include "sut/raft/options.h"

#include "base/text.h"
#include "sut/schema.h"

namespace tribunal::sut::raft {

using namespace schemas;

Schema schema() {
  Schema schema;
  schema.name = "raft";
  schema.description =
      "Raft: an elected leader, a replicated log, single-server changes of members";
  schema.settings = {
      choice(
          "read", {"read-index", "log", "lease", "local", "any"},
          "reads are answered by a leader confirmed by a majority, through the log, by a leader "
          "within its lease, by whoever believes to lead, or by every member from its own state"),
      choice("fsync", {"always", "interval", "never"},
             "when records reach the disk: before anything is acknowledged, on a timer, or never"),
      choice("persist-vote", {"on", "off"}, "term and vote survive a restart"),
      choice("election-restriction", {"on", "off"},
             "vote only for candidates whose log is as complete as one's own"),
      choice("commit-old-term", {"off", "on"},
             "on: entries of older terms commit by counting replicas (Figure 8 of the paper)"),
      choice("apply", {"after-commit", "before-commit"},
             "when the leader applies a command and answers"),
      choice("recovery", {"replay", "skip-log"}, "skip-log: a restart forgets the log"),
      choice(
          "membership", {"safe", "unsafe"},
          "unsafe: a leader may change the members before it has committed an entry of its term"),
      choice("pre-vote", {"on", "off"}, "ask whether an election could be won before starting one"),
      choice(
          "check-quorum", {"on", "off"},
          "a leader that hears from no majority steps down, and who hears from a leader does not "
          "help to replace it"),
      choice("dedup", {"on", "off"}, "recognise a retried request and apply it only once"),
      count("initial-members", "0", 64,
            "so many nodes, from n1 on, are members at first, the others are spares; 0 means all"),
      count("snapshot-every", "1000", 1'000'000'000,
            "entries between snapshots that shorten the log; 0 keeps the whole log"),
      count("max-batch", "64", 1'000'000, "entries in one message", 1),
      count("pipeline", "4", 1'000'000, "messages with entries under way to one follower", 1),
      duration("heartbeat", "100ms", "how often a leader speaks to idle followers"),
      duration("election-timeout", "1s", "shortest silence after which a node stands for election"),
      duration("first-election", "0s",
               "a server that has never run stands for election within so long; 0: as later on"),
      duration("election-spread", "1s", "up to so much longer, drawn at random each time"),
      duration("lease", "0ms",
               "read=lease: how long a majority's answers keep the leader sure; 0 means the "
               "election timeout"),
      duration("lease-margin", "100ms",
               "read=lease: taken off the lease for clocks that run at different rates"),
      duration("fsync-interval", "1s", "fsync=interval: time between syncs"),
  };
  return schema;
}

const std::vector<std::pair<std::string, std::string>>& planted_bugs() {
  static const std::vector<std::pair<std::string, std::string>> bugs = {
      {"vote-not-recorded", "a vote is granted but neither remembered nor written"},
      {"vote-twice", "a vote is granted even when another candidate of the term got one"},
      {"vote-before-durable", "a vote is sent before it is durable"},
      {"candidate-not-durable", "a candidate asks for votes before its new term is durable"},
      {"ack-before-durable", "a follower acknowledges entries before they are durable"},
      {"count-before-durable", "a leader counts its own copy before it is durable"},
      {"skip-previous-check", "entries are appended without comparing the one before"},
      {"keep-conflict", "a follower keeps an entry that conflicts with the leader's"},
      {"truncate-always", "a follower drops everything after the entries of each message"},
      {"commit-unmatched", "a follower commits beyond what it compared with the leader"},
      {"keep-old-term", "messages of older terms are taken as current"},
      {"small-quorum", "half of the members are taken for a majority"},
      {"count-nonvoters", "votes and copies of nodes that are not members count"},
      {"two-changes-at-once", "members may change before the previous change is committed"},
      {"committed-members-only", "a change of members counts only once it is committed"},
      {"snapshot-without-sessions", "a snapshot forgets what clients were told"},
      {"snapshot-without-members", "a snapshot forgets the changes of members"},
      {"install-older-snapshot", "a snapshot replaces a state that is newer"},
      {"read-without-round", "reads trust that nobody else leads"},
      {"read-before-own-commit", "a new leader reads before it has committed in its own term"},
      {"lease-from-answer", "the lease counts from the answers, not from the questions"},
      {"lease-during-transfer", "a leader keeps its lease after it told another to take over"},
  };
  return bugs;
}

Options options_from(const Settings& s) {
  Options o;
  o.read = decode<ReadRule>(s, "read",
                            {{"read-index", ReadRule::read_index},
                             {"log", ReadRule::log},
                             {"lease", ReadRule::lease},
                             {"local", ReadRule::local},
                             {"any", ReadRule::any}});
  o.fsync = decode<Fsync>(
      s, "fsync",
      {{"always", Fsync::always}, {"interval", Fsync::interval}, {"never", Fsync::never}});
  o.persist_vote = s.on("persist-vote");
  o.election_restriction = s.on("election-restriction");
  o.commit_old_term = s.on("commit-old-term");
  o.apply_before_commit = s.is("apply", "before-commit");
  o.skip_log = s.is("recovery", "skip-log");
  o.safe_membership = s.is("membership", "safe");
  o.pre_vote = s.on("pre-vote");
  o.check_quorum = s.on("check-quorum");
  o.dedup = s.on("dedup");
  o.initial_members = static_cast<std::uint16_t>(s.integer("initial-members"));
  o.snapshot_every = static_cast<std::uint64_t>(s.integer("snapshot-every"));
  o.max_batch = static_cast<std::uint64_t>(s.integer("max-batch"));
  o.pipeline = static_cast<std::uint64_t>(s.integer("pipeline"));
  o.heartbeat = bounded(s.duration("heartbeat"));
  o.election_timeout = bounded(s.duration("election-timeout"));
  o.election_spread = bounded(s.duration("election-spread"), Duration{});
  o.first_election = bounded(s.duration("first-election"), Duration{});
  o.lease = bounded(s.duration("lease"), Duration{});
  o.lease_margin = bounded(s.duration("lease-margin"), Duration{});
  o.fsync_interval = bounded(s.duration("fsync-interval"));
  o.mutation = planted<Mutation>(s, planted_bugs());
  return o;
}

tribunal::Status check_options(const Options& o) {
  if (o.read == ReadRule::lease && !o.check_quorum) {
    return fail(
        "raft: read=lease needs check-quorum=on: a lease holds only while nobody helps to replace "
        "the leader");
  }
  if (o.heartbeat < o.election_timeout) return {};
  return fail("raft: heartbeat=" + show_duration(o.heartbeat) +
              " must be shorter than election-timeout=" + show_duration(o.election_timeout) +
              ", or followers would never hear from their leader in time");
}

}  // namespace tribunal::sut::raft
