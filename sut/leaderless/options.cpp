// The schema of the mode leaderless, its decoding, and what it claims.
#include "sut/leaderless/options.h"

#include <algorithm>

#include "base/text.h"
#include "sut/schema.h"

namespace tribunal::sut::leaderless {
namespace {

using replicated::ClockKind;
using replicated::Policy;
using schemas::bounded;
using schemas::choice;
using schemas::count;
using schemas::decode;
using schemas::duration;

}  // namespace

const std::vector<std::pair<std::string, std::string>>& planted_bugs() {
  static const std::vector<std::pair<std::string, std::string>> all = {
      {"ack-before-durable", "a replica acknowledges a write before it is on its disk"},
      {"short-write-quorum", "a write is acknowledged after one acknowledgement too few"},
      {"short-read-quorum", "a read is answered after one reply too few"},
      {"no-write-back", "read-repair=sync answers without waiting for the repair"},
      {"stamp-not-above", "write=read-first stamps a write without regard to what it read"},
      {"claims-ignored", "a replica grants a request to every coordinator that claims it"},
      {"replace-instead-of-merge", "a replica replaces its copy by whatever arrives last"},
      {"hint-dropped-early", "a hint is deleted when it is sent, not when it has arrived"},
      {"repeats-counted", "repeated answers of one replica count towards a quorum"},
      {"life-forgotten", "a restarted node names and stamps its writes as in its former life"},
      {"repair-skips-last", "anti-entropy leaves out the last range that differs"},
      {"unavailable-after-store", "a write that may have taken effect is answered as refused"},
      {"reads-not-stable", "a read of a set may miss what another read at the time has seen"},
  };
  return all;
}

Schema schema() {
  Schema schema;
  schema.name = "leaderless";
  schema.description = "any node takes a request and asks a quorum of the key's replicas";
  schema.settings = {
      count("n", "3", 64, "replicas of a key; 0 is every node"),
      count("r", "2", 64, "replies that a read waits for; 0 is a majority of n"),
      count("w", "2", 64, "acknowledgements that a write waits for; 0 is a majority of n"),
      choice(
          "read-repair", {"async", "sync", "off"},
          "bring replicas that a read found behind up to date: after its answer, before it (with "
          "a write quorum holding what it shows), or not at all"),
      choice("write", {"blind", "read-first"},
             "stamp a write by the coordinator's clock, or above what a read quorum holds"),
      choice("sloppy", {"off", "on"},
             "let other nodes stand in for replicas that do not answer, and hand over later"),
      choice("anti-entropy", {"on", "off"}, "compare replicas in the background by Merkle trees"),
      choice("conflict", {"lww", "siblings", "crdt"},
             "writes that did not know of one another: the latest stamp wins, both are kept, or "
             "they are merged by type"),
      choice("clock", {"hybrid", "wall", "lamport", "version-vector"}, "what stamps are made of"),
      choice("cas", {"off", "quorum"},
             "refuse compare-and-set, dequeue and locks, or do them as a quorum read and a quorum "
             "write"),
      choice("dedup", {"on", "off"},
             "carry out a request that a client repeats at another node only once, where that "
             "matters"),
      choice("ids", {"node-blocks", "local-counter"},
             "next_id: numbers from a block that is the node's own, or one more than its copy"),
      choice("timeout-as-failure", {"off", "on"},
             "answer a write that ran out of time as failed, although it may take effect"),
      choice("fsync", {"always", "interval", "never"},
             "when records reach the disk: before anything is acknowledged, on a timer, or never"),
      duration("timeout", "500ms", "how long a coordinator tries"),
      duration("resend", "100ms",
               "silence after which a replica is asked again, and with sloppy=on another one too"),
      duration("handoff-every", "500ms", "sloppy=on: how often hints are offered to their homes"),
      duration("anti-entropy-every", "1s", "how often a node compares itself with another"),
      duration("tombstone-gc", "24h", "how long a deleted object is remembered"),
      duration("fsync-interval", "1s", "fsync=interval: time between syncs"),
      count("checkpoint-every", "1000", 1'000'000'000,
            "records between checkpoints that shorten the log; 0 keeps the whole log"),
  };
  return schema;
}

Options options_from(const Settings& s) {
  Options o;
  o.n = static_cast<std::uint16_t>(s.integer("n"));
  o.r = static_cast<std::uint16_t>(s.integer("r"));
  o.w = static_cast<std::uint16_t>(s.integer("w"));
  o.read_repair = decode<ReadRepair>(
      s, "read-repair",
      {{"async", ReadRepair::async}, {"sync", ReadRepair::sync}, {"off", ReadRepair::off}});
  o.write = decode<WriteRule>(s, "write",
                              {{"blind", WriteRule::blind}, {"read-first", WriteRule::read_first}});
  o.sloppy = s.on("sloppy");
  o.anti_entropy = s.on("anti-entropy");
  o.conflict = decode<Policy>(
      s, "conflict",
      {{"lww", Policy::lww}, {"siblings", Policy::siblings}, {"crdt", Policy::crdt}});
  o.clock = decode<ClockKind>(s, "clock",
                              {{"hybrid", ClockKind::hybrid},
                               {"wall", ClockKind::wall},
                               {"lamport", ClockKind::lamport},
                               {"version-vector", ClockKind::version_vector}});
  o.cas_quorum = s.is("cas", "quorum");
  o.dedup = s.on("dedup");
  o.ids = decode<Ids>(s, "ids",
                      {{"node-blocks", Ids::node_blocks}, {"local-counter", Ids::local_counter}});
  o.timeout_as_failure = s.on("timeout-as-failure");
  o.fsync = decode<Fsync>(
      s, "fsync",
      {{"always", Fsync::always}, {"interval", Fsync::interval}, {"never", Fsync::never}});
  o.timeout = bounded(s.duration("timeout"));
  o.resend = bounded(s.duration("resend"));
  o.handoff_every = bounded(s.duration("handoff-every"));
  o.anti_entropy_every = bounded(s.duration("anti-entropy-every"));
  o.tombstone_gc = bounded(s.duration("tombstone-gc"));
  o.fsync_interval = bounded(s.duration("fsync-interval"));
  o.checkpoint_every = static_cast<std::uint64_t>(s.integer("checkpoint-every"));
  o.mutation = schemas::planted<Mutation>(s, planted_bugs());
  return o;
}

tribunal::Status check_options(const Options& o) {
  if (o.resend >= o.timeout) {
    return fail("leaderless: resend=" + show_duration(o.resend) + " must be shorter than timeout=" +
                show_duration(o.timeout) + ", or silent replicas would never be asked again");
  }
  return {};
}

std::vector<std::string> claims(const Options& o) {
  // Whatever the number of nodes: n, r and w shrink with it, and r + w > n stays true.
  const bool majorities = o.r == 0 && o.w == 0;
  const std::uint16_t majority = static_cast<std::uint16_t>(o.n / 2 + 1);
  const int r = o.r == 0 ? majority : o.r;
  const int w = o.w == 0 ? majority : o.w;
  const bool intersect = majorities || (o.n > 0 && r + w > o.n);
  const bool abd = o.write == WriteRule::read_first && o.read_repair == ReadRepair::sync &&
                   intersect && !o.sloppy && !o.cas_quorum && o.conflict != Policy::siblings;
  return {abd ? "linearizable" : "eventual-convergence"};
}

}  // namespace tribunal::sut::leaderless
