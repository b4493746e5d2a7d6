#include "harness/cluster_checks.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"

namespace tribunal::harness {
namespace {

constexpr Duration settled = seconds(5);

bool has_log(const Settings& mode) {
  return mode.name() == "single-leader" || mode.name() == "raft";
}

bool fails_over(const Settings& mode) {
  return mode.name() == "raft" || (mode.name() == "single-leader" && mode.is("failover", "auto"));
}

// "" when the cluster has come to rest; else what is wrong.
std::string unrest(const cluster::Cluster& cluster) {
  std::optional<NodeId> leader;
  cluster::NodeState best;
  for (std::uint16_t n = 0; n < cluster.node_count(); ++n) {
    const cluster::NodeState state = cluster.state(NodeId{n});
    if (!state.alive || state.view.role != sut::Role::leader) continue;
    if (leader && state.view.term <= best.view.term) continue;
    leader = NodeId{n};
    best = state;
  }
  if (!leader) return "there is no leader";
  std::uint16_t agree = 0;
  for (std::uint16_t n = 0; n < cluster.node_count(); ++n) {
    if (cluster.state(NodeId{n}).view.commit_index >= best.view.last_index) ++agree;
  }
  const std::uint16_t members = best.view.members != 0 ? best.view.members : cluster.node_count();
  if (agree > members / 2) return "";
  return fmt::format(
      "{} leads in term {} with {} entries, which only {} of {} nodes have committed",
      show_node(*leader), best.view.term, best.view.last_index, agree, members);
}

}  // namespace

const std::vector<std::string>& log_promises() {
  static const std::vector<std::string> names{"protocol", "termination", "stable-leadership"};
  return names;
}

std::vector<std::string> cluster_promises(const Settings& mode) {
  std::vector<std::string> names{"eventual-convergence"};
  if (has_log(mode)) names.insert(names.end(), log_promises().begin(), log_promises().end());
  return names;
}

checker::Validity check_termination(const Scenario& scenario, const Settings& mode,
                                    const cluster::Cluster& cluster, reports::Results& results) {
  using checker::Validity;
  if (!fails_over(mode) || scenario.recovery < settled) return Validity::unknown;
  for (std::uint16_t n = 0; n < cluster.node_count(); ++n) {
    if (!cluster.state(NodeId{n}).alive) return Validity::unknown;  // its log is beyond repair, say
  }
  const std::string problem = unrest(cluster);
  if (problem.empty()) return Validity::valid;
  results.protocol.push_back(
      {cluster.now(), "n1", "termination",
       "Everything was healed for " + show_duration(scenario.recovery) + ", yet " + problem + "."});
  return Validity::invalid;
}

std::map<std::string, checker::Validity> judge_cluster(const Scenario& scenario,
                                                       const Settings& mode,
                                                       const reports::Results& results,
                                                       checker::Validity termination) {
  using checker::Validity;
  std::map<std::string, Validity> verdicts;
  if (!has_log(mode)) return verdicts;
  const bool broken =
      std::any_of(results.protocol.begin(), results.protocol.end(),
                  [](const auto& violation) { return violation.property != "termination"; });
  verdicts["protocol"] = broken ? Validity::invalid : Validity::valid;
  verdicts["termination"] = termination;
  const auto late = std::count_if(
      results.marks.begin(), results.marks.end(),
      [&](const auto& mark) { return mark.at >= scenario.time / 2 && mark.at < scenario.time; });
  verdicts["stable-leadership"] = late > 1 ? Validity::invalid : Validity::valid;
  return verdicts;
}

}  // namespace tribunal::harness
