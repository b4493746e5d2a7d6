// Checks and descriptions of actions.
#include "cluster/actions.h"

#include <initializer_list>
#include <string_view>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/text.h"

namespace tribunal::cluster {
namespace {

constexpr Duration longest_delay = seconds(3600);
constexpr Duration furthest_step = seconds(std::int64_t{10} * 366 * 86'400);
constexpr std::int64_t slowest_ppm = -900'000;
constexpr std::int64_t fastest_ppm = 9'000'000;

bool has_peer(Primitive p) {
  using enum Primitive;
  return p == cut || p == mend || p == shape || p == corrupt || p == reset || p == half_open ||
         p == slow_close;
}

bool about_members(Primitive p) {
  return p == Primitive::member_add || p == Primitive::member_remove;
}

Status check_nodes(const Action& action, std::uint16_t nodes) {
  const auto unknown = [&](NodeId node) {
    return fail(fmt::format("{}: there is no {}; the cluster has n1 to n{}", name(action.primitive),
                            show_node(node), nodes));
  };
  if (index(action.node) >= nodes) return unknown(action.node);
  if (about_members(action.primitive) && index(action.peer) >= nodes) return unknown(action.peer);
  if (!has_peer(action.primitive)) return {};
  if (index(action.peer) >= nodes) return unknown(action.peer);
  if (action.node == action.peer) {
    return fail(fmt::format("{}: {} has no link to itself", name(action.primitive),
                            show_node(action.node)));
  }
  return {};
}

Status check_delay(const Action& action, const char* what, Duration d) {
  if (d >= Duration{} && d <= longest_delay) return {};
  return fail(fmt::format("{}: {} must be between 0s and {}, found {}ns", name(action.primitive),
                          what, show_duration(longest_delay), d.count()));
}

Status check_ppm(const char* what, std::uint32_t ppm) {
  if (ppm <= 1'000'000) return {};
  return fail(fmt::format("shape: {} must be at most 1000000 ppm, found {}", what, ppm));
}

Status check_shape(const Action& action) {
  const LinkShape& shape = action.shape;
  if (auto s = check_delay(action, "delay", shape.delay); !s) return s;
  if (auto s = check_delay(action, "reorder window", shape.reorder_window); !s) return s;
  if (auto s = check_ppm("loss", shape.loss_ppm); !s) return s;
  if (auto s = check_ppm("duplication", shape.duplicate_ppm); !s) return s;
  return check_ppm("reordering", shape.reorder_ppm);
}

std::string describe_shape(const LinkShape& s) {
  return fmt::format(" delay={} loss={}ppm duplicate={}ppm reorder={}ppm window={} rate={}B/s",
                     show_duration(s.delay), s.loss_ppm, s.duplicate_ppm, s.reorder_ppm,
                     show_duration(s.reorder_window), s.bytes_per_second);
}

}  // namespace

const std::set<Primitive>& capabilities_of(ClusterKind kind, bool members) {
  using enum Primitive;
  static const std::set<Primitive> simulated = {
      cut,           mend,       shape,      pause,        resume,    kill,          restart,
      power_loss,    clock_step, clock_rate, clock_reset,  disk_slow, lose_requests, lose_replies,
      reach_clients, disk_full,  disk_lie,   disk_corrupt, disk_heal, promote};
  const auto with = [](std::set<Primitive> all, std::initializer_list<Primitive> more) {
    all.insert(more);
    return all;
  };
  static const std::set<Primitive> processes =
      with(simulated, {corrupt, reset, half_open, slow_close, disk_error});
  static const std::set<Primitive> simulated_members = with(simulated, {member_add, member_remove});
  static const std::set<Primitive> processes_members = with(processes, {member_add, member_remove});
  if (kind == ClusterKind::simulated) return members ? simulated_members : simulated;
  return members ? processes_members : processes;
}

Status check_action(const Action& action, std::uint16_t nodes) {
  if (auto status = check_nodes(action, nodes); !status) return status;
  switch (action.primitive) {
    case Primitive::shape:
      return check_shape(action);
    case Primitive::disk_slow:
    case Primitive::slow_close:
      return check_delay(action, "delay", action.amount);
    case Primitive::corrupt:
      if (action.ppm >= 0 && action.ppm <= 1'000'000) return {};
      return fail(fmt::format("corrupt: expected 0 to 1000000 ppm, found {}", action.ppm));
    case Primitive::clock_step:
      if (action.amount >= -furthest_step && action.amount <= furthest_step) return {};
      return fail("clock-step: expected at most ten years either way");
    case Primitive::clock_rate:
      if (action.ppm >= slowest_ppm && action.ppm <= fastest_ppm) return {};
      return fail(fmt::format("clock-rate: expected {} to {} ppm, found {}", slowest_ppm,
                              fastest_ppm, action.ppm));
    default:
      return {};
  }
}

std::string describe(const Action& action) {
  std::string text = name(action.primitive);
  if (has_peer(action.primitive)) {
    text += fmt::format(" {} -> {}", show_node(action.node), show_node(action.peer));
  }
  if (about_members(action.primitive)) {
    text += fmt::format(" {} at {}", show_node(action.peer), show_node(action.node));
  }
  switch (action.primitive) {
    case Primitive::shape:
      text += describe_shape(action.shape);
      break;
    case Primitive::clock_step:
    case Primitive::disk_slow:
    case Primitive::slow_close:
      text += " " + show_duration(action.amount);
      break;
    case Primitive::clock_rate:
    case Primitive::corrupt:
      text += fmt::format(" {}ppm", action.ppm);
      break;
    default:
      break;
  }
  return text;
}

std::uint64_t digest(const Action& action) {
  const LinkShape& s = action.shape;
  return Fingerprint{}
      .add(std::string_view(name(action.primitive)))  // not its number: new ones shift that
      .add(action.node)
      .add(action.peer)
      .add(s.delay.count())
      .add(s.loss_ppm)
      .add(s.duplicate_ppm)
      .add(s.reorder_ppm)
      .add(s.reorder_window.count())
      .add(s.bytes_per_second)
      .add(action.amount.count())
      .add(action.ppm)
      .value();
}

}  // namespace tribunal::cluster
