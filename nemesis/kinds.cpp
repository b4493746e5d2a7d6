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
  }
  return {};
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
  }
  return "unknown";
}

bool instantaneous(FaultKind kind) {
  return kind == FaultKind::promote || kind == FaultKind::clock_step;
}

Status check_support(const Schedule& schedule, const cluster::Cluster& cluster) {
  const auto& able = cluster.capabilities();
  for (const Fault& fault : schedule) {
    const std::string what =
        fmt::format("fault '{}' at {}", name(fault.kind), show_duration(fault.start));
    for (Primitive primitive : needs(fault.kind)) {
      if (able.count(primitive) > 0) continue;
      std::vector<std::string> can;
      for (Primitive p : able) can.emplace_back(cluster::name(p));
      return fail(fmt::format("{} needs '{}', which this cluster cannot do; it can: {}", what,
                              cluster::name(primitive), can.empty() ? "nothing" : join(can, ", ")));
    }
    if (const auto node = stranger(fault, cluster.node_count())) {
      return fail(fmt::format("{}: there is no {}; the cluster has n1 to n{}", what,
                              show_node(*node), cluster.node_count()));
    }
  }
  return {};
}

}  // namespace tribunal::nemesis
