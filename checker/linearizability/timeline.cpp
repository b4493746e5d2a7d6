// See timeline.h.
#include "checker/linearizability/timeline.h"

#include <algorithm>
#include <functional>
#include <queue>
#include <tuple>

namespace tribunal::checker::linearizability {

Timeline::Timeline(const std::vector<Op>& ops) {
  for (std::uint32_t i = 0; i < ops.size(); ++i) {
    (ops[i].optional() ? optional : required).push_back(i);
  }
  order_returns(ops);
  link_events(ops);
  assign_slots();
  group_optional(ops);
}

void Timeline::order_returns(const std::vector<Op>& ops) {
  const auto n = static_cast<std::uint32_t>(required.size());
  by_return.resize(n);
  for (std::uint32_t r = 0; r < n; ++r) by_return[r] = r;
  std::sort(by_return.begin(), by_return.end(), [&](std::uint32_t x, std::uint32_t y) {
    return ops[required[x]].ret < ops[required[y]].ret;
  });
  rank.resize(n);
  for (std::uint32_t k = 0; k < n; ++k) rank[by_return[k]] = k;
}

void Timeline::link_events(const std::vector<Op>& ops) {
  const auto n = static_cast<std::uint32_t>(required.size());
  events.resize(2 * std::size_t{n} + 1);
  Node last = 0;
  const auto append = [&](Node node) {
    events.append(last, node);
    last = node;
  };
  std::uint32_t k = 0;
  for (std::uint32_t r = 0; r < n; ++r) {
    for (; ops[required[by_return[k]]].ret < ops[required[r]].call; ++k) {
      append(2 + 2 * by_return[k]);
    }
    append(1 + 2 * r);
  }
  for (; k < n; ++k) append(2 + 2 * by_return[k]);
}

// The lowest free number at the call, given back at the return.
void Timeline::assign_slots() {
  slot.resize(required.size());
  std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> free;
  for (Node node = events.next(0); node != 0; node = events.next(node)) {
    const std::uint32_t r = required_of(node);
    if (!is_call(node)) {
      free.push(slot[r]);
    } else if (free.empty()) {
      slot[r] = slot_count++;
    } else {
      slot[r] = free.top();
      free.pop();
    }
  }
}

void Timeline::group_optional(const std::vector<Op>& ops) {
  std::vector<std::uint32_t> sorted(optional.size());
  for (std::uint32_t i = 0; i < sorted.size(); ++i) sorted[i] = i;
  const auto effect = [&](std::uint32_t i) {
    const Op& op = ops[optional[i]];
    return std::make_tuple(op.kind, op.a, op.b);
  };
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](std::uint32_t x, std::uint32_t y) { return effect(x) < effect(y); });
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (i == 0 || effect(sorted[i]) != effect(sorted[i - 1])) groups.emplace_back();
    groups.back().members.push_back(sorted[i]);
  }
  std::sort(groups.begin(), groups.end(),
            [](const Group& x, const Group& y) { return x.members[0] < y.members[0]; });
  group_of.resize(optional.size());
  live_groups.resize(groups.size() + 1);
  for (std::uint32_t g = 0; g < groups.size(); ++g) {
    for (const std::uint32_t member : groups[g].members) group_of[member] = g;
    live_groups.append(g, g + 1);
  }
}

}  // namespace tribunal::checker::linearizability
