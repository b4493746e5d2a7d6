// Random specifications, as text that parses.
#pragma once

#include <cstdint>
#include <string>

namespace tribunal::spec {

// Small, and of the kind that people write: one or two invariants of a usual shape (bounds, foreign
// keys, uniqueness, counts, sums, exclusion, equal attributes, ...), operations that maintain them
// more or less well, sometimes a repair at merge. Both verdicts are common. The initial state
// satisfies the invariants nearly always.
std::string random_spec(std::uint64_t seed);

// Anything that is well typed: every operator and statement wherever it may stand, with more
// parentheses than it needs. Means nothing.
std::string random_wild_spec(std::uint64_t seed);

}  // namespace tribunal::spec
