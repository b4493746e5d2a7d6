// Numbers from a register, deliveries in their order.
#include "sut/total_order/numbered_broadcast.h"

#include <algorithm>
#include <utility>

namespace tribunal::sut::total_order {

NumberedBroadcast::NumberedBroadcast(NodeId self, std::uint16_t members, Durable durable)
    : self_(self), members_(members), durable_(std::move(durable)) {}

// One number is drawn at a time, so that a register needs to remember one request a member.
std::vector<Action> NumberedBroadcast::broadcast(std::int64_t content) {
  durable_.outbox.push_back(content);
  if (durable_.outbox.size() > 1) return {};
  return {Draw{durable_.draws + 1}};
}

std::vector<Action> NumberedBroadcast::drawn(std::uint64_t sequence, std::uint64_t number) {
  if (sequence != durable_.draws + 1 || durable_.outbox.empty()) return {};  // an old answer
  const Numbered message{number, self_, durable_.outbox.front()};
  durable_.outbox.erase(durable_.outbox.begin());
  ++durable_.draws;
  told(message);
  std::vector<Action> actions;
  for (std::uint16_t n = 0; n < members_; ++n) {
    if (NodeId{n} != self_) actions.emplace_back(Tell{NodeId{n}, message});
  }
  if (!durable_.outbox.empty()) actions.emplace_back(Draw{durable_.draws + 1});
  return actions;
}

void NumberedBroadcast::told(const Numbered& message) {
  std::vector<Numbered>& waiting = durable_.waiting;
  std::vector<Numbered>& delivered = durable_.delivered;
  if (message.number <= delivered.size()) return;
  const auto place =
      std::lower_bound(waiting.begin(), waiting.end(), message.number,
                       [](const Numbered& m, std::uint64_t number) { return m.number < number; });
  if (place != waiting.end() && place->number == message.number) return;
  waiting.insert(place, message);
  std::size_t ready = 0;
  while (ready < waiting.size() && waiting[ready].number == delivered.size() + 1) {
    delivered.push_back(waiting[ready++]);
  }
  waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(ready));
}

// Everybody passes on what it has, not only the sender, which may be gone.
std::vector<Action> NumberedBroadcast::asked(NodeId from, std::uint64_t next) const {
  constexpr std::size_t most = 16;
  std::vector<Action> actions;
  for (std::size_t i = next - 1; i < durable_.delivered.size() && actions.size() < most; ++i) {
    actions.emplace_back(Tell{from, durable_.delivered[i]});
  }
  for (const Numbered& message : durable_.waiting) {
    if (message.number >= next && actions.size() < most) actions.emplace_back(Tell{from, message});
  }
  return actions;
}

std::vector<Action> NumberedBroadcast::tick() const {
  std::vector<Action> actions;
  if (!durable_.outbox.empty()) actions.emplace_back(Draw{durable_.draws + 1});
  for (std::uint16_t n = 0; n < members_; ++n) {
    if (NodeId{n} != self_) actions.emplace_back(Lacks{NodeId{n}, durable_.delivered.size() + 1});
  }
  return actions;
}

}  // namespace tribunal::sut::total_order
