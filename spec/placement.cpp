#include "spec/placement.h"

#include <algorithm>

#include "spec/arguments.h"

namespace tribunal::spec {

std::optional<std::uint32_t> home_of(const Spec& spec, const Placement& placement,
                                     std::uint32_t transaction,
                                     std::span<const std::int64_t> chosen, std::uint32_t replicas) {
  if (transaction >= placement.size() || !placement[transaction]) return std::nullopt;
  const std::optional<std::uint32_t> parameter = placement[transaction]->parameter;
  if (!parameter) return 0;
  const std::vector<std::size_t> places = chosen_parameters(spec.transactions[transaction]);
  const auto at = std::find(places.begin(), places.end(), *parameter);
  const auto which = static_cast<std::size_t>(at - places.begin());
  if (at == places.end() || which >= chosen.size()) return 0;
  return static_cast<std::uint32_t>(static_cast<std::uint64_t>(chosen[which]) % replicas);
}

}  // namespace tribunal::spec
