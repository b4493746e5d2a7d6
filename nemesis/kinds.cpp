// The kinds of faults: names, and what a cluster must be able to do for each.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "nemesis/grudges.h"
#include "nemesis/schedule.h"

namespace tribunal::nemesis {
namespace {

using cluster::Primitive;

std::vector<Primitive> needs(FaultKind kind) {
  switch (kind) {
    case FaultKind::partition:
      return {Primitive::cut, Primitive::mend};
    case FaultKind::pause:
      return {Primitive::pause, Primitive::resume};
    case FaultKind::kill:
    case FaultKind::crash_loop:
      return {Primitive::kill, Primitive::restart};
    case FaultKind::power_loss:
      return {Primitive::power_loss, Primitive::restart};
    case FaultKind::clock_step:
    case FaultKind::clock_strobe:
      return {Primitive::clock_step, Primitive::clock_reset};
    case FaultKind::clock_rate:
      return {Primitive::clock_rate, Primitive::clock_reset};
    case FaultKind::slow:
    case FaultKind::lossy:
    case FaultKind::duplicate:
    case FaultKind::reorder:
      return {Primitive::shape, Primitive::mend};
    case FaultKind::disk_slow:
      return {Primitive::disk_slow, Primitive::disk_heal};
    case FaultKind::disk_full:
      return {Primitive::disk_full, Primitive::disk_heal};
    case FaultKind::disk_lie:
      return {Primitive::disk_lie, Primitive::disk_heal};
    case FaultKind::disk_corrupt:
      return {Primitive::kill, Primitive::disk_corrupt, Primitive::restart};
    case FaultKind::membership:
      return {Primitive::member_add, Primitive::member_remove};
    case FaultKind::promote:
      return {Primitive::promote};
    case FaultKind::corrupt:
      return {Primitive::corrupt, Primitive::mend};
    case FaultKind::reset:
      return {Primitive::reset, Primitive::mend};
    case FaultKind::half_open:
      return {Primitive::half_open, Primitive::mend};
    case FaultKind::slow_close:
      return {Primitive::slow_close, Primitive::mend};
    case FaultKind::disk_error:
      return {Primitive::disk_error, Primitive::disk_heal};
    case FaultKind::lost_requests:
      return {Primitive::lose_requests, Primitive::reach_clients};
    case FaultKind::lost_replies:
      return {Primitive::lose_replies, Primitive::reach_clients};
  }
  return {};
}

std::string what_it_can(const std::set<Primitive>& capabilities) {
  std::vector<std::string> names;
  for (FaultKind kind : fault_kinds()) {
    if (supported(kind, capabilities)) names.emplace_back(name(kind));
  }
  return names.empty() ? "nothing" : join(names, ", ");
}

// The first node that the fault names and the cluster does not have.
std::optional<NodeId> stranger(const Fault& fault, std::uint16_t count) {
  Nodes named = fault.target.nodes;
  for (const auto& [receiver, senders] : fault.target.grudge) {
    named.push_back(receiver);
    named.insert(named.end(), senders.begin(), senders.end());
  }
  const auto found =
      std::find_if(named.begin(), named.end(), [&](NodeId node) { return index(node) >= count; });
  return found == named.end() ? std::nullopt : std::optional(*found);
}

}  // namespace

const char* name(FaultKind kind) {
  switch (kind) {
    case FaultKind::partition:
      return "partition";
    case FaultKind::pause:
      return "pause";
    case FaultKind::kill:
      return "kill";
    case FaultKind::power_loss:
      return "power-loss";
    case FaultKind::clock_step:
      return "clock-step";
    case FaultKind::clock_rate:
      return "clock-rate";
    case FaultKind::clock_strobe:
      return "clock-strobe";
    case FaultKind::slow:
      return "slow";
    case FaultKind::lossy:
      return "lossy";
    case FaultKind::duplicate:
      return "duplicate";
    case FaultKind::reorder:
      return "reorder";
    case FaultKind::disk_slow:
      return "disk-slow";
    case FaultKind::disk_full:
      return "disk-full";
    case FaultKind::disk_lie:
      return "disk-lie";
    case FaultKind::disk_corrupt:
      return "disk-corrupt";
    case FaultKind::membership:
      return "membership";
    case FaultKind::promote:
      return "promote";
    case FaultKind::corrupt:
      return "corrupt";
    case FaultKind::reset:
      return "reset";
    case FaultKind::half_open:
      return "half-open";
    case FaultKind::slow_close:
      return "slow-close";
    case FaultKind::disk_error:
      return "disk-error";
    case FaultKind::crash_loop:
      return "crash-loop";
    case FaultKind::lost_requests:
      return "lost-requests";
    case FaultKind::lost_replies:
      return "lost-replies";
  }
  return "unknown";
}

const std::vector<FaultKind>& fault_kinds() {
  static const std::vector<FaultKind> kinds = [] {
    std::vector<FaultKind> all;
    for (int i = 0; i <= static_cast<int>(FaultKind::lost_replies); ++i)
      all.push_back(static_cast<FaultKind>(i));
    return all;
  }();
  return kinds;
}

bool instantaneous(FaultKind kind) {
  return kind == FaultKind::promote || kind == FaultKind::clock_step;
}

bool supported(FaultKind kind, const std::set<Primitive>& capabilities) {
  const auto needed = needs(kind);
  return std::all_of(needed.begin(), needed.end(),
                     [&](Primitive primitive) { return capabilities.count(primitive) > 0; });
}

Status check_support(const Schedule& schedule, const cluster::Cluster& cluster) {
  return check_support(schedule, cluster.capabilities(), cluster.world(), cluster.node_count());
}

Status check_support(const Schedule& schedule, const std::set<Primitive>& capabilities,
                     const char* world, std::uint16_t nodes) {
  for (const Fault& fault : schedule) {
    if (!supported(fault.kind, capabilities)) {
      return fail(fmt::format("fault '{}': the {} cluster cannot do that; it can: {}",
                              name(fault.kind), world, what_it_can(capabilities)));
    }
    if (const auto node = stranger(fault, nodes)) {
      return fail(fmt::format("fault '{}' at {}: there is no {}; the cluster has n1 to n{}",
                              name(fault.kind), show_duration(fault.start), show_node(*node),
                              nodes));
    }
  }
  return {};
}

}  // namespace tribunal::nemesis
