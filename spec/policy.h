// Which changes a kind of variable admits.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "spec/ast.h"

namespace tribunal::spec {

// Why a change is refused and what to write instead; none: it is admitted. `kind` is one of
// increase, decrease, assign, add, remove. What `onmerge` does is never sent to other replicas, so
// there counters can be assigned and elements of every set removed.
std::optional<std::string> refusal(const Variable& variable, StatementKind kind, bool on_merge);

std::string noun(Kind kind);       // "counter", "lww register"
std::string described(Kind kind);  // "a counter", "an lww register"

}  // namespace tribunal::spec
