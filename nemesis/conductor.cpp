// Carries a schedule out: see Conductor in schedule.h.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "nemesis/grudges.h"
#include "nemesis/schedule.h"
#include "nemesis/script.h"
#include "nemesis/targets.h"

namespace tribunal::nemesis {
namespace {

using cluster::Action;
using cluster::Cluster;
using cluster::Primitive;

// A period that is not given, or too short to simulate sensibly.
Duration period_of(const Fault& fault) {
  return fault.period < milliseconds(1) ? milliseconds(100) : fault.period;
}

bool has_period(FaultKind kind) {
  return kind == FaultKind::clock_strobe || kind == FaultKind::crash_loop;
}

// How long a fault with a period stays as it is. A strobe takes a period for each direction.
Duration until_turn(const Fault& fault, bool on) {
  const Duration period = period_of(fault);
  if (fault.kind == FaultKind::clock_strobe) return period;
  return on ? period / 2 : period - period / 2;
}

bool permanent(const Fault& fault) {
  return fault.kind == FaultKind::clock_step && fault.end <= fault.start;
}

std::string signed_duration(Duration amount) {
  return (amount < Duration::zero() ? "" : "+") + show_duration(amount);
}

// How hard it is hit: ", loss 20%"; "" when the kind says it all.
std::string how(const Fault& fault) {
  const cluster::LinkShape& shape = fault.shape;
  std::vector<std::string> parts;
  if (shape.delay != Duration::zero()) parts.push_back(signed_duration(shape.delay));
  if (shape.loss_ppm != 0) parts.push_back("loss " + show_percent(shape.loss_ppm));
  if (shape.duplicate_ppm != 0) parts.push_back("duplicate " + show_percent(shape.duplicate_ppm));
  if (shape.reorder_ppm != 0) {
    parts.push_back("reorder " + show_percent(shape.reorder_ppm) + " within " +
                    show_duration(shape.reorder_window));
  }
  if (shape.bytes_per_second != 0) parts.push_back(fmt::format("{} B/s", shape.bytes_per_second));
  if (fault.amount != Duration::zero()) parts.push_back(signed_duration(fault.amount));
  if (fault.ppm != 0) parts.push_back(fmt::format("{:+} ppm", fault.ppm));
  if (fault.corrupt_ppm != 0) parts.push_back(show_percent(fault.corrupt_ppm));
  if (has_period(fault.kind)) parts.push_back("every " + show_duration(period_of(fault)));
  return parts.empty() ? "" : ", " + join(parts, ", ");
}

void afflict(LinkHarm& harm, const Fault& fault) {
  switch (fault.kind) {
    case FaultKind::partition:
      harm.cut = true;
      break;
    case FaultKind::corrupt:
      harm.corrupt_ppm = either(harm.corrupt_ppm, fault.corrupt_ppm);
      break;
    case FaultKind::reset:
      harm.reset = true;
      break;
    case FaultKind::half_open:
      harm.half_open = true;
      break;
    case FaultKind::slow_close:
      harm.slow_close = std::max(harm.slow_close, fault.amount);
      break;
    default:
      harm.shape = combined(harm.shape, fault.shape);
      break;
  }
}

// `on`: faults that come and go while they are active are there now.
void afflict(NodeHarm& harm, const Fault& fault, bool on) {
  switch (fault.kind) {
    case FaultKind::pause:
      harm.paused = true;
      break;
    case FaultKind::power_loss:
      harm.power = true;
      [[fallthrough]];
    case FaultKind::kill:
    case FaultKind::disk_corrupt:
      harm.down = true;
      break;
    case FaultKind::crash_loop:
      if (on) harm.down = true;
      break;
    case FaultKind::clock_step:
    case FaultKind::clock_strobe:
      harm.clock = true;
      if (on) harm.offset += fault.amount;
      break;
    case FaultKind::clock_rate:
      harm.clock = true;
      harm.ppm += fault.ppm;
      break;
    case FaultKind::disk_slow:
      harm.disk_slow += fault.amount;
      break;
    case FaultKind::disk_full:
      harm.disk_full = true;
      break;
    case FaultKind::disk_error:
      harm.disk_error = true;
      break;
    case FaultKind::lost_requests:
      harm.lost_requests = true;
      break;
    case FaultKind::lost_replies:
      harm.lost_replies = true;
      break;
    case FaultKind::disk_lie:
      harm.disk_lie = true;
      break;
    default:
      break;  // links, and what acts at once
  }
}

// One action on every node; the refusals.
std::vector<std::string> on_each(Cluster& cluster, Primitive primitive, const Nodes& nodes) {
  std::vector<std::string> refused;
  for (NodeId node : nodes) {
    Action action;
    action.primitive = primitive;
    action.node = node;
    if (auto status = cluster.apply(action); !status) refused.push_back(status.error().message);
  }
  return refused;
}

// An operator asks whoever says that it leads: of several the one that may not do it will not.
void ask_leaders(Cluster& cluster, Primitive primitive, const Nodes& members) {
  for (NodeId node : all_nodes(cluster.node_count())) {
    const cluster::NodeState state = cluster.state(node);
    if (!state.alive || state.view.role != sut::Role::leader) continue;
    for (NodeId member : members) {
      Action action;
      action.primitive = primitive;
      action.node = node;
      action.peer = member;
      (void)cluster.apply(action);
    }
  }
}

std::string with_refusals(const std::string& detail, const std::vector<std::string>& refused) {
  return refused.empty() ? detail : detail + " (refused: " + join(refused, "; ") + ")";
}

}  // namespace

Conductor::Conductor(Schedule schedule, std::uint64_t seed)
    : schedule_(std::move(schedule)), seed_(combine(seed, hash_text("conductor"))) {
  std::stable_sort(schedule_.begin(), schedule_.end(),
                   [](const Fault& a, const Fault& b) { return a.start < b.start; });
}

std::optional<Time> Conductor::next() const {
  Time due = next_start_ < schedule_.size() ? schedule_[next_start_].start : Time::max();
  for (const Active& active : active_) {
    due = std::min(due, active.turn);
    if (!permanent(active.fault)) due = std::min(due, active.fault.end);
  }
  return due == Time::max() ? std::nullopt : std::optional(due);
}

std::vector<NemesisEvent> Conductor::step(Cluster& cluster) {
  std::vector<NemesisEvent> events;
  for (auto due = next(); due && *due <= cluster.now(); due = next()) {
    const auto ended = std::find_if(active_.begin(), active_.end(), [&](const Active& active) {
      return !permanent(active.fault) && active.fault.end <= *due;
    });
    const auto turning = std::find_if(active_.begin(), active_.end(),
                                      [&](const Active& active) { return active.turn <= *due; });
    if (ended != active_.end()) {
      finish(static_cast<std::size_t>(ended - active_.begin()), cluster, events);
    } else if (turning != active_.end()) {
      turn(*turning, cluster);
    } else {
      start(schedule_[next_start_++], cluster, events);
    }
  }
  return events;
}

std::vector<NemesisEvent> Conductor::heal_all(Cluster& cluster) {
  std::vector<NemesisEvent> events;
  next_start_ = schedule_.size();
  while (!active_.empty()) finish(0, cluster, events);
  // Whoever did it: the final phase needs every node.
  for (NodeId node : all_nodes(cluster.node_count())) {
    const cluster::NodeState state = cluster.state(node);
    if (!state.alive) {
      (void)on_each(cluster, Primitive::restart, {node});
    } else if (state.paused) {
      (void)on_each(cluster, Primitive::resume, {node});
    }
  }
  return events;
}

void Conductor::start(const Fault& fault, Cluster& cluster, std::vector<NemesisEvent>& events) {
  Resolved resolved = resolve(fault, seed_, cluster);
  const std::string detail = resolved.whom + how(fault);
  if (fault.kind == FaultKind::promote) {
    const auto refused = on_each(cluster, Primitive::promote, resolved.aim.nodes);
    events.push_back({name(fault.kind), with_refusals(detail, refused)});
    return;
  }
  if (fault.kind == FaultKind::membership)
    ask_leaders(cluster, Primitive::member_remove, resolved.aim.nodes);
  Active active{fault, std::move(resolved.aim), detail, Time::max(), true, {}};
  if (has_period(fault.kind)) active.turn = fault.start + until_turn(fault, active.on);
  const Nodes nodes = active.aim.nodes;
  active_.push_back(std::move(active));
  std::vector<std::string> refused = settle(cluster);
  if (fault.kind == FaultKind::disk_corrupt) {
    const auto more = on_each(cluster, Primitive::disk_corrupt, nodes);
    refused.insert(refused.end(), more.begin(), more.end());
  }
  const std::string f = (permanent(fault) ? "" : "start-") + std::string(name(fault.kind));
  events.push_back({f, with_refusals(detail, refused)});
}

void Conductor::turn(Active& active, Cluster& cluster) {
  active.on = !active.on;
  active.turn += until_turn(active.fault, active.on);
  const auto refused = settle(cluster);
  if (active.fault.kind != FaultKind::crash_loop) return;
  for (const std::string& why : refused) {
    if (std::count(active.refused.begin(), active.refused.end(), why) == 0)
      active.refused.push_back(why);
  }
  // Processes take time to start: periods that passed meanwhile are skipped, so that clients go on.
  const Duration period = period_of(active.fault);
  if (active.turn <= cluster.now())
    active.turn += ((cluster.now() - active.turn) / period + 1) * period;
}

void Conductor::finish(std::size_t at, Cluster& cluster, std::vector<NemesisEvent>& events) {
  const Active active = std::move(active_[at]);
  active_.erase(active_.begin() + static_cast<std::ptrdiff_t>(at));
  std::vector<std::string> refused = active.refused;
  for (std::string& why : settle(cluster)) refused.push_back(std::move(why));
  if (active.fault.kind == FaultKind::membership)
    ask_leaders(cluster, Primitive::member_add, active.aim.nodes);
  const std::string f =
      permanent(active.fault) ? "clock-reset" : "stop-" + std::string(name(active.fault.kind));
  events.push_back({f, with_refusals(active.detail, refused)});
}

// Brings the cluster from what it suffers to what the active faults want it to suffer.
std::vector<std::string> Conductor::settle(Cluster& cluster) {
  Harm after = wanted(cluster.node_count());
  harm_.nodes.resize(after.nodes.size());
  std::vector<std::string> refused;
  for (const Action& action : transition(harm_, after)) {
    if (auto status = cluster.apply(action); !status) refused.push_back(status.error().message);
  }
  harm_ = std::move(after);
  return refused;
}

Harm Conductor::wanted(std::uint16_t nodes) const {
  Harm harm;
  harm.nodes.resize(nodes);
  for (const Active& active : active_) {
    for (const Link& link : active.aim.links) afflict(harm.links[link], active.fault);
    for (NodeId node : active.aim.nodes) {
      if (!acts_on_links(active.fault.kind))
        afflict(harm.nodes[index(node)], active.fault, active.on);
    }
  }
  return harm;
}

}  // namespace tribunal::nemesis
