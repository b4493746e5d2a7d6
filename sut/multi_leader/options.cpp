// The schema of the mode multi-leader, and its decoding.
#include "sut/multi_leader/options.h"

#include <algorithm>

#include "base/text.h"

namespace tribunal::sut::multi_leader {
namespace {

using replicated::ClockKind;
using replicated::Policy;

Setting choice(std::string key, std::vector<std::string> choices, std::string description) {
  std::string initial = choices.front();
  return {std::move(key), SettingType::choice, std::move(choices), std::move(initial),
          std::move(description)};
}
Setting count(std::string key, std::string initial, std::int64_t minimum, std::string description) {
  return {std::move(key), SettingType::integer, {}, std::move(initial), std::move(description),
          minimum,        1'000'000'000};
}
Setting duration(std::string key, std::string initial, std::string description) {
  return {std::move(key), SettingType::duration, {}, std::move(initial), std::move(description)};
}

template <class E>
E decode(const Settings& settings, std::string_view key,
         std::initializer_list<std::pair<const char*, E>> names) {
  for (const auto& [name, value] : names) {
    if (settings.is(key, name)) return value;
  }
  return names.begin()->second;
}

Policy policy_from(const Settings& s) {
  const bool max = s.is("crdt-register", "max");
  return decode<Policy>(s, "conflict",
                        {{"crdt", max ? Policy::crdt_max : Policy::crdt},
                         {"siblings", Policy::siblings},
                         {"lww", Policy::lww},
                         {"priority", Policy::priority}});
}

Mutation mutation_from(const Settings& s) {
  if (!s.given("mutation")) return Mutation::none;
  const auto& bugs = planted_bugs();
  for (std::size_t i = 0; i < bugs.size(); ++i) {
    if (s.is("mutation", bugs[i].first)) return static_cast<Mutation>(i + 1);
  }
  return Mutation::none;
}

constexpr Duration longest = seconds(24 * 3600);
Duration bounded(Duration duration) { return std::clamp(duration, milliseconds(1), longest); }

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
      count("snapshot-every", "1000", 0,
            "updates between checkpoints of the durable log; 0 keeps the whole log"),
      count("keep-log", "1000", 1,
            "recent updates kept for others; who lacks older ones is sent the full state"),
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
  o.mutation = mutation_from(s);
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
// written, unless what decides between two writes ignores it: wall clocks, priorities, sizes.
std::vector<std::string> claims(const Options& o) {
  std::vector<std::string> claims = {"eventual-convergence"};
  const bool by_order = o.clock != ClockKind::wall && o.conflict != Policy::priority &&
                        o.conflict != Policy::crdt_max;
  if (o.delivery == Delivery::causal && by_order) claims.push_back("causal");
  return claims;
}

}  // namespace tribunal::sut::multi_leader
