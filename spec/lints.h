// What a specification admits but hardly means: found by looking at it, without a solver.
#pragma once

#include <vector>

#include "spec/ast.h"
#include "spec/parse.h"

namespace tribunal::spec {

// Warnings, in the order of the text. An initial state that violates an invariant is not looked
// for.
std::vector<Diagnostic> lints(const Spec& spec);

}  // namespace tribunal::spec
