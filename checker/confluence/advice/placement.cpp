#include "checker/confluence/advice.h"

namespace tribunal::checker::confluence {
namespace {

// The parameter that keys the holder's lock, if the caller chooses it.
std::optional<std::uint32_t> key_of(const spec::Spec& spec, const Lock::Holder& holder) {
  if (!holder.key) return std::nullopt;
  const auto& parameter = spec.transactions[holder.transaction].parameters[*holder.key];
  return parameter.minted == spec::Minted::no ? holder.key : std::nullopt;
}

}  // namespace

spec::Placement placement_of(const spec::Spec& spec, const std::vector<Lock>& locks) {
  spec::Placement placement(spec.transactions.size());
  const spec::Home everything{};  // replica 0
  for (bool again = true; again;) {
    again = false;
    for (const Lock& lock : locks) {
      bool keyed = true;
      for (const Lock::Holder& holder : lock.holders) {
        const auto key = key_of(spec, holder);
        const auto& home = placement[holder.transaction];
        if (!key || (home && home->parameter != key)) keyed = false;
      }
      for (const Lock::Holder& holder : lock.holders) {
        const spec::Home home = keyed ? spec::Home{holder.key} : everything;
        auto& placed = placement[holder.transaction];
        if (placed == home) continue;
        placed = home;
        again = true;
      }
    }
  }
  return placement;
}

}  // namespace tribunal::checker::confluence
