// The schema of the mode single-leader, and its decoding.
#include "sut/single_leader/options.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "sut/schema.h"

namespace tribunal::sut::single_leader {

using namespace schemas;

const std::vector<std::pair<std::string, std::string>>& planted_bugs() {
  static const std::vector<std::pair<std::string, std::string>> bugs = {
      {"vote-not-recorded", "the vote is granted but neither remembered nor written"},
      {"vote-before-durable", "the vote is sent before it is durable"},
      {"candidate-not-durable",
       "asks for votes, and counts its own, before its new term is durable"},
      {"ack-before-durable", "a follower acknowledges entries before they are durable"},
      {"count-before-durable", "a leader counts its own copy before it is durable"},
      {"commit-old-term", "entries of older terms commit by counting copies (Raft, Figure 8)"},
      {"skip-previous-check", "entries are appended without comparing the term of the one before"},
      {"skip-log-check", "votes ignore how complete the candidate's log is"},
      {"small-quorum", "half of the nodes are taken for a majority"},
      {"apply-before-commit", "a leader applies and answers on append"},
      {"commit-unmatched", "a follower commits up to leader_commit, beyond what it compared"},
      {"truncate-always", "a follower drops everything after the entries of each message"},
      {"keep-conflict", "a follower keeps a conflicting entry"},
      {"keep-old-term", "messages of older terms are taken as current"},
      {"snapshot-without-sessions", "a snapshot forgets what clients were told"},
      {"read-without-round", "leader-quorum reads trust any earlier round"},
      {"read-before-own-commit", "a new leader reads before an entry of its own term is committed"},
      {"no-rollback", "discarding applied entries leaves their effect in the state"},
      {"forget-term", "the term is not written"},
  };
  return bugs;
}

Schema schema() {
  Schema schema;
  schema.name = "single-leader";
  schema.description = "one elected leader orders all writes in a replicated log";
  schema.settings = {
      choice("replication", {"sync", "majority", "semi-sync", "async"},
             "who must hold a write durably before it is acknowledged: every follower in sync, a "
             "majority, one follower, or nobody but the leader"),
      count("min-in-sync", "0", 64,
            "replication=sync: how few nodes may be in sync, the leader included; 0 is a majority"),
      choice("unclean-election", {"off", "on"},
             "let a node that is not in sync be elected (matters when min-in-sync is below a "
             "majority)"),
      choice("read", {"leader-quorum", "leader", "follower", "any"},
             "who answers reads: a leader confirmed by a majority, whoever believes to lead, "
             "followers, "
             "or every node from its own state"),
      choice(
          "failover", {"auto", "manual", "off"},
          "who replaces a lost leader: an election, an operator (promote), or nobody (n1 leads)"),
      choice("election", {"log", "clock", "visible"},
             "who may lead: the most complete log, the newest wall-clock time, or any node that "
             "sees a "
             "majority"),
      choice("fencing", {"on", "off"},
             "refuse messages of deposed leaders; a leader that loses its majority steps down"),
      choice("fsync", {"always", "interval", "never"},
             "when records reach the disk: before anything is acknowledged, on a timer, or never"),
      choice("dedup", {"on", "off"}, "recognise a retried request and apply it only once"),
      choice("checksums", {"on", "off"},
             "notice flipped bits when the log is read back: recovery then ends before the damage"),
      count("snapshot-every", "1000", 1'000'000'000,
            "entries between snapshots that shorten the log; 0 keeps the whole log"),
      duration("heartbeat", "100ms", "how often a leader speaks to idle followers"),
      duration("election-timeout", "1s",
               "silence after which a node stands for election, drawn from 1 to 2 times this"),
      duration("in-sync-timeout", "400ms",
               "replication=sync: how long a follower may lag before it is dropped from the "
               "in-sync set"),
      duration("fsync-interval", "1s", "fsync=interval: time between syncs"),
      duration("lease", "0s",
               "nobody replaces a leader within this time after hearing from it, and read=leader "
               "answers only within it; 0s: no leases"),
      choice("lease-clock", {"steady", "wall"}, "the clock that leases are measured with"),
  };
  return schema;
}

Options options_from(const Settings& s) {
  Options o;
  o.replication = decode<Replication>(s, "replication",
                                      {{"sync", Replication::sync},
                                       {"majority", Replication::majority},
                                       {"semi-sync", Replication::semi_sync},
                                       {"async", Replication::async}});
  o.min_in_sync = static_cast<std::uint16_t>(s.integer("min-in-sync"));
  o.unclean_election = s.on("unclean-election");
  o.read = decode<ReadRule>(s, "read",
                            {{"leader-quorum", ReadRule::leader_quorum},
                             {"leader", ReadRule::leader},
                             {"follower", ReadRule::follower},
                             {"any", ReadRule::any}});
  o.failover = decode<Failover>(
      s, "failover",
      {{"auto", Failover::automatic}, {"manual", Failover::manual}, {"off", Failover::off}});
  o.election = decode<Election>(
      s, "election",
      {{"log", Election::log}, {"clock", Election::clock}, {"visible", Election::visible}});
  o.fencing = s.on("fencing");
  o.fsync = decode<Fsync>(
      s, "fsync",
      {{"always", Fsync::always}, {"interval", Fsync::interval}, {"never", Fsync::never}});
  o.dedup = s.on("dedup");
  o.snapshot_every = static_cast<std::uint64_t>(s.integer("snapshot-every"));
  o.heartbeat = bounded(s.duration("heartbeat"));
  o.election_timeout = bounded(s.duration("election-timeout"));
  o.checksums = s.on("checksums");
  o.mutation = planted<Mutation>(s, planted_bugs());
  o.lease = std::clamp(s.duration("lease"), Duration{}, longest);
  o.lease_clock = decode<LeaseClock>(s, "lease-clock",
                                     {{"steady", LeaseClock::steady}, {"wall", LeaseClock::wall}});
  o.in_sync_timeout = bounded(s.duration("in-sync-timeout"));
  o.fsync_interval = bounded(s.duration("fsync-interval"));
  return o;
}

tribunal::Status check_options(const Options& o) {
  if (o.heartbeat >= o.election_timeout) {
    return fail("single-leader: heartbeat=" + show_duration(o.heartbeat) +
                " must be shorter than election-timeout=" + show_duration(o.election_timeout) +
                ", or followers would never hear from their leader in time");
  }
  if (o.in_sync_timeout <= o.heartbeat) {
    return fail("single-leader: in-sync-timeout=" + show_duration(o.in_sync_timeout) +
                " must be longer than heartbeat=" + show_duration(o.heartbeat) +
                ", or idle followers would count as lagging");
  }
  return {};
}

}  // namespace tribunal::sut::single_leader
