// The schema of the mode multi-leader, and its decoding.
#include "sut/multi_leader/options.h"

#include "base/text.h"
#include "sut/schema.h"

namespace tribunal::sut::multi_leader {
namespace {

using replicated::ClockKind;
using replicated::Policy;
using schemas::bounded;
using schemas::choice;
using schemas::count;
using schemas::decode;
using schemas::duration;

Policy policy_from(const Settings& s) {
  const bool max = s.is("crdt-register", "max");
  return decode<Policy>(s, "conflict",
                        {{"crdt", max ? Policy::crdt_max : Policy::crdt},
                         {"siblings", Policy::siblings},
                         {"lww", Policy::lww},
                         {"priority", Policy::priority}});
}

}  // namespace

const std::vector<std::pair<std::string, std::string>>& planted_bugs() {
  static const std::vector<std::pair<std::string, std::string>> bugs = {
      {"ack-before-durable", "a write is acknowledged before its record is on disk"},
      {"reuse-life", "a restarted node names new writes as it named those it lost"},
      {"skip-dependencies", "an update is applied before the updates that its writer had seen"},
      {"skip-gaps", "an update is applied although an earlier one of its node has not arrived"},
      {"forget-relay", "nodes pass on only their own updates"},
      {"replace-on-transfer", "a full state replaces what the receiver has instead of joining it"},
      {"last-arrival-wins", "an update from elsewhere replaces the value whatever the policy says"},
      {"deaf-clock", "clocks do not learn from the stamps of other nodes"},
      {"no-transfer", "who lacks more than the log still holds is never sent the full state"},
  };
  return bugs;
}

Schema schema() {
  Schema schema;
  schema.name = "multi-leader";
  schema.description = "every node takes writes and sends them to the others afterwards";
  schema.settings = {
      choice("topology", {"all-to-all", "ring", "star"},
             "whom a node sends updates to: everybody, the next node, or n1 which relays them"),
      choice("conflict", {"crdt", "siblings", "lww", "priority"},
             "what becomes of concurrent writes: joined by type, all kept, the latest stamp wins, "
             "or the node with the highest number wins"),
      choice("crdt-register", {"lww", "max"},
             "conflict=crdt: a register is its latest or its greatest value"),
      choice("clock", {"hybrid", "version-vector", "lamport", "wall"},
             "what stamps writes: wall time that never falls behind a stamp seen, the size of the "
             "causal past, a logical counter, or the wall clock"),
      choice("delivery", {"causal", "arrival"},
             "apply an update once everything that its writer had seen is here, or as it arrives"),
      choice("fsync", {"always", "interval", "never"},
             "when records reach the disk: before anything is acknowledged, on a timer, or never"),
      choice("certify", {"off", "writeset", "on"},
             "what a compare-and-set is held against: the value here; unseen writes of other nodes "
             "only; or the value and every write known here that the client has not seen"),
      choice("ids", {"node-blocks", "local"},
             "where next-id takes numbers from: blocks of the node's own, or the copy's count"),
      count("snapshot-every", "1000", 1'000'000'000,
            "updates between checkpoints of the durable log; 0 keeps the whole log"),
      count("keep-log", "1000", 1'000'000'000,
            "recent updates kept for others; who lacks older ones is sent the full state", 1),
      duration("sync-every", "20ms", "how often a node sends what is new"),
      duration(
          "reroute-after", "500ms",
          "after how long nodes send what somebody lacks although the topology does not ask them "
          "to, and unanswered updates again"),
      duration("fsync-interval", "1s", "fsync=interval: time between syncs"),
  };
  return schema;
}

Options options_from(const Settings& s) {
  Options o;
  o.topology = decode<Topology>(
      s, "topology",
      {{"all-to-all", Topology::all_to_all}, {"ring", Topology::ring}, {"star", Topology::star}});
  o.conflict = policy_from(s);
  o.clock = decode<ClockKind>(s, "clock",
                              {{"hybrid", ClockKind::hybrid},
                               {"version-vector", ClockKind::version_vector},
                               {"lamport", ClockKind::lamport},
                               {"wall", ClockKind::wall}});
  o.delivery = s.is("delivery", "arrival") ? Delivery::arrival : Delivery::causal;
  o.fsync = decode<Fsync>(
      s, "fsync",
      {{"always", Fsync::always}, {"interval", Fsync::interval}, {"never", Fsync::never}});
  o.certify = decode<Certify>(
      s, "certify", {{"off", Certify::off}, {"writeset", Certify::writeset}, {"on", Certify::on}});
  o.ids = s.is("ids", "local") ? Ids::local : Ids::node_blocks;
  o.snapshot_every = static_cast<std::uint64_t>(s.integer("snapshot-every"));
  o.keep_log = static_cast<std::uint64_t>(s.integer("keep-log"));
  o.sync_every = bounded(s.duration("sync-every"));
  o.reroute_after = bounded(s.duration("reroute-after"));
  o.fsync_interval = bounded(s.duration("fsync-interval"));
  o.mutation = schemas::planted<Mutation>(s, planted_bugs());
  return o;
}

tribunal::Status check_options(const Options& o) {
  if (o.reroute_after / 10 < o.sync_every) {
    return fail("multi-leader: reroute-after=" + show_duration(o.reroute_after) +
                " must be at least ten times sync-every=" + show_duration(o.sync_every) +
                ", or nodes that are there would count as silent");
  }
  return {};
}

// Whatever else is set, copies join to one. Causal delivery keeps the order in which things were
// written, unless what decides between two writes ignores it: wall clocks, priorities, sizes. It is
// causal convergence and not causal memory, which has every process order the writes for itself:
// here a write that arrives after a later one has won is never shown (Bouajjani et al., "On
// verifying causal consistency", POPL 2017, section 3, tells the two apart).
std::vector<std::string> claims(const Options& o) {
  std::vector<std::string> claims = {"eventual-convergence"};
  const bool by_order = o.clock != ClockKind::wall && o.conflict != Policy::priority &&
                        o.conflict != Policy::crdt_max;
  if (o.delivery == Delivery::causal && by_order) claims.push_back("causal-convergence");
  return claims;
}

}  // namespace tribunal::sut::multi_leader
