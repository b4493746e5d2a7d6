// Which loops over a sort can be understood one cell at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "spec/ast.h"

namespace tribunal::checker::confluence::recheck {

// The variables that the statements change, ascending.
std::vector<std::uint32_t> changed_by(const spec::Spec& spec,
                                      const std::vector<spec::StatementId>& statements);

// At which index of `variable` the element of a loop stands, in every change and every reading of
// it within the loop: then each round has cells of its own, and the order of rounds does not
// matter. None: there is no such index.
std::optional<std::uint32_t> place_in(const spec::Spec& spec, const spec::Statement& loop,
                                      std::uint32_t variable);

// Why the specification cannot be encoded with sorts of any size; empty if it can.
std::string obstacle_to_open_sorts(const spec::Spec& spec);

}  // namespace tribunal::checker::confluence::recheck
