// The arguments that a caller chooses, in one number: so that asking for a transaction takes no
// more room than any other command of a store.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "spec/ast.h"

namespace tribunal::spec {

inline constexpr std::size_t most_arguments = 6;  // of ten bits each, two's complement
inline constexpr std::int64_t least_argument = -512;
inline constexpr std::int64_t greatest_argument = 511;

// None: there are too many, or one lies outside of what ten bits hold.
std::optional<std::int64_t> pack_arguments(std::span<const std::int64_t> arguments);
// Total. Precondition: count <= most_arguments.
std::vector<std::int64_t> unpack_arguments(std::int64_t packed, std::size_t count);

// The places of the parameters that the caller chooses, in order.
std::vector<std::size_t> chosen_parameters(const Transaction& transaction);

}  // namespace tribunal::spec
