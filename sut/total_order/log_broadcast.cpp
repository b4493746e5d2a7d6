// Deliveries from the log, and objects that are nothing but what was delivered.
#include "sut/total_order/log_broadcast.h"

#include <algorithm>

namespace tribunal::sut::total_order {

std::optional<std::vector<Delivery>> LogSubscriber::poll(const raft::State& server) {
  std::vector<Delivery> fresh;
  if (next_ <= server.applied_ && next_ <= server.log_.base_index()) return std::nullopt;
  for (; next_ <= server.applied_; ++next_) {
    const raft::Entry& entry = server.log_.at(next_);
    if (!entry.is_command()) continue;
    const Sessions::Session* last = seen_.find(entry.id.client);
    if (last != nullptr && last->sequence >= entry.id.sequence) continue;
    seen_.record(entry.id, Reply{});
    fresh.push_back({next_, entry.id, entry.command});
  }
  return fresh;
}

void Usernames::deliver(const Delivery& delivery) {
  if (delivery.content.kind != CommandKind::add) return;
  const auto place =
      std::lower_bound(claims_.begin(), claims_.end(), delivery.content.key,
                       [](const Claim& claim, std::uint64_t name) { return claim.name < name; });
  if (place != claims_.end() && place->name == delivery.content.key) return;  // somebody was first
  claims_.insert(place, {delivery.content.key, delivery.content.a});
}

std::optional<std::int64_t> Usernames::owner(std::uint64_t name) const {
  for (const Claim& claim : claims_) {
    if (claim.name == name) return claim.user;
  }
  return std::nullopt;
}

bool CasRegister::deliver(const Delivery& delivery) {
  const Command& command = delivery.content;
  if (command.kind == CommandKind::write) {
    value_ = command.a;
    return true;
  }
  if (command.kind != CommandKind::cas || value_ != command.a) return false;
  value_ = command.b;
  return true;
}

}  // namespace tribunal::sut::total_order
