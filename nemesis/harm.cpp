#include "nemesis/harm.h"

#include <algorithm>
#include <cassert>

namespace tribunal::nemesis {
namespace {

using cluster::Action;
using cluster::LinkShape;
using cluster::Primitive;
using Actions = std::vector<Action>;

constexpr std::int64_t most_ppm = 900'000;  // clocks at a tenth to nearly twice the true rate

Action on_node(Primitive primitive, NodeId node) {
  Action action;
  action.primitive = primitive;
  action.node = node;
  return action;
}

Action on_link(Primitive primitive, Link link) {
  Action action = on_node(primitive, link.first);
  action.peer = link.second;
  return action;
}

// Everything that ends a harm which only `mend` ends.
bool must_mend(const LinkHarm& before, const LinkHarm& after) {
  return after == LinkHarm{} || (before.cut && !after.cut) || (before.reset && !after.reset) ||
         (before.half_open && !after.half_open);
}

void change_link(Link link, LinkHarm before, const LinkHarm& after, Actions& out) {
  if (before == after) return;
  if (must_mend(before, after)) {  // one action undoes everything: what still holds is done again
    out.push_back(on_link(Primitive::mend, link));
    before = LinkHarm{};
  }
  if (before.shape != after.shape) {
    Action action = on_link(Primitive::shape, link);
    action.shape = after.shape;
    out.push_back(action);
  }
  if (before.corrupt_ppm != after.corrupt_ppm) {
    Action action = on_link(Primitive::corrupt, link);
    action.ppm = after.corrupt_ppm;
    out.push_back(action);
  }
  if (before.slow_close != after.slow_close) {
    Action action = on_link(Primitive::slow_close, link);
    action.amount = after.slow_close;
    out.push_back(action);
  }
  if (after.cut && !before.cut) out.push_back(on_link(Primitive::cut, link));
  if (after.reset && !before.reset) out.push_back(on_link(Primitive::reset, link));
  if (after.half_open && !before.half_open) out.push_back(on_link(Primitive::half_open, link));
}

void change_clock(NodeId node, const NodeHarm& before, const NodeHarm& after, Actions& out) {
  if (before.clock && !after.clock) {
    out.push_back(on_node(Primitive::clock_reset, node));
    return;
  }
  if (before.ppm != after.ppm) {
    Action action = on_node(Primitive::clock_rate, node);
    action.ppm = std::clamp(after.ppm, -most_ppm, most_ppm);
    out.push_back(action);
  }
  if (before.offset != after.offset) {
    Action action = on_node(Primitive::clock_step, node);
    action.amount = after.offset - before.offset;
    out.push_back(action);
  }
}

void change_disk(NodeId node, NodeHarm before, const NodeHarm& after, Actions& out) {
  const bool eased = after.disk_slow < before.disk_slow || (before.disk_full && !after.disk_full) ||
                     (before.disk_error && !after.disk_error) ||
                     (before.disk_lie && !after.disk_lie);
  if (eased) {  // one action heals everything: what still holds is done again
    out.push_back(on_node(Primitive::disk_heal, node));
    before.disk_slow = Duration{};
    before.disk_full = before.disk_error = before.disk_lie = false;
  }
  if (after.disk_slow != before.disk_slow) {
    Action action = on_node(Primitive::disk_slow, node);
    action.amount = after.disk_slow;
    out.push_back(action);
  }
  if (after.disk_full && !before.disk_full) out.push_back(on_node(Primitive::disk_full, node));
  if (after.disk_error && !before.disk_error) out.push_back(on_node(Primitive::disk_error, node));
  if (after.disk_lie && !before.disk_lie) out.push_back(on_node(Primitive::disk_lie, node));
}

void change_clients(NodeId node, NodeHarm before, const NodeHarm& after, Actions& out) {
  const bool eased = (before.lost_requests && !after.lost_requests) ||
                     (before.lost_replies && !after.lost_replies);
  if (eased) {  // both directions: what still holds is done again
    out.push_back(on_node(Primitive::reach_clients, node));
    before.lost_requests = before.lost_replies = false;
  }
  if (after.lost_requests && !before.lost_requests)
    out.push_back(on_node(Primitive::lose_requests, node));
  if (after.lost_replies && !before.lost_replies)
    out.push_back(on_node(Primitive::lose_replies, node));
}

// A dead node is not paused; one that is still to be paused is paused again after its restart.
void change_process(NodeId node, const NodeHarm& before, const NodeHarm& after, Actions& out) {
  const bool was_paused = before.paused && !before.down;
  const bool now_paused = after.paused && !after.down;
  if (before.down && !after.down) out.push_back(on_node(Primitive::restart, node));
  if (!before.down && after.down) {
    out.push_back(on_node(after.power ? Primitive::power_loss : Primitive::kill, node));
    return;
  }
  if (was_paused && !now_paused) out.push_back(on_node(Primitive::resume, node));
  if (!was_paused && now_paused) out.push_back(on_node(Primitive::pause, node));
}

LinkHarm at(const std::map<Link, LinkHarm>& links, Link link) {
  const auto found = links.find(link);
  return found == links.end() ? LinkHarm{} : found->second;
}

}  // namespace

std::uint32_t either(std::uint32_t a_ppm, std::uint32_t b_ppm) {
  constexpr std::uint64_t one = 1'000'000;
  const std::uint64_t neither = (one - std::min<std::uint64_t>(a_ppm, one)) *
                                (one - std::min<std::uint64_t>(b_ppm, one)) / one;
  return static_cast<std::uint32_t>(one - neither);
}

LinkShape combined(const LinkShape& a, const LinkShape& b) {
  LinkShape out;
  out.delay = a.delay + b.delay;
  out.loss_ppm = either(a.loss_ppm, b.loss_ppm);
  out.duplicate_ppm = either(a.duplicate_ppm, b.duplicate_ppm);
  out.reorder_ppm = either(a.reorder_ppm, b.reorder_ppm);
  out.reorder_window = std::max(a.reorder_window, b.reorder_window);
  const bool both = a.bytes_per_second != 0 && b.bytes_per_second != 0;
  out.bytes_per_second = both ? std::min(a.bytes_per_second, b.bytes_per_second)
                              : std::max(a.bytes_per_second, b.bytes_per_second);
  return out;
}

std::vector<Action> transition(const Harm& before, const Harm& after) {
  assert(before.nodes.size() == after.nodes.size());
  Actions out;
  for (const auto& [link, harm] : before.links) change_link(link, harm, at(after.links, link), out);
  for (const auto& [link, harm] : after.links) {
    if (before.links.count(link) == 0) change_link(link, LinkHarm{}, harm, out);
  }
  for (std::size_t i = 0; i < after.nodes.size(); ++i) {
    const NodeId node{static_cast<std::uint16_t>(i)};
    change_clock(node, before.nodes[i], after.nodes[i], out);
    change_disk(node, before.nodes[i], after.nodes[i], out);
    change_clients(node, before.nodes[i], after.nodes[i], out);
    change_process(node, before.nodes[i], after.nodes[i], out);
  }
  return out;
}

}  // namespace tribunal::nemesis
