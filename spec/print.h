// Writes a specification as parse() reads it back, equal; and parts of it, for messages.
#pragma once

#include <string>

#include "spec/ast.h"

namespace tribunal::spec {

std::string print(const Spec& spec);
std::string print_expr(const Spec& spec, ExprId expr);

}  // namespace tribunal::spec
