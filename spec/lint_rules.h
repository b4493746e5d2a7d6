// The rules behind lints().
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "spec/lints.h"

namespace tribunal::spec {

using Lints = std::vector<Diagnostic>;

// Carets under `name`, which stands at `at`.
void warn(Lints& to, Position at, std::string_view name, std::string message);

void lint_unused(const Spec& spec, Lints& to);       // declarations that nothing uses
void lint_changes(const Spec& spec, Lints& to);      // changes that merging undoes or loses
void lint_expressions(const Spec& spec, Lints& to);  // what says little or is hard to decide

}  // namespace tribunal::spec
