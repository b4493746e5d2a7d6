#include "spec/policy.h"

#include <fmt/format.h>

#include "spec/source.h"

namespace tribunal::spec {
namespace {

bool changes_membership(StatementKind kind) {
  return kind == StatementKind::add || kind == StatementKind::remove;
}

std::optional<std::string> of_set(const std::string& is, const Variable& variable,
                                  StatementKind kind, bool on_merge) {
  if (!changes_membership(kind)) {
    const std::string cell = variable.name + (variable.indices.empty() ? "" : "[...]");
    return variable.kind == Kind::gset
               ? fmt::format("{}: elements come with 'add {}'", is, cell)
               : fmt::format("{0}: elements come with 'add {1}' and go with 'remove {1}'", is,
                             cell);
  }
  if (variable.kind == Kind::gset && kind == StatementKind::remove && !on_merge) {
    return is + " (grow-only): elements cannot be removed; use tpset, awset or rwset";
  }
  return std::nullopt;
}

}  // namespace

std::string noun(Kind kind) {
  const bool value = kind == Kind::max || kind == Kind::min || kind == Kind::lww;
  return name_of(kind) + std::string(value ? " register" : "");
}

std::string described(Kind kind) {
  const bool vowel = kind == Kind::awset || kind == Kind::rwset || kind == Kind::lww;
  return (vowel ? "an " : "a ") + noun(kind);
}

std::optional<std::string> refusal(const Variable& variable, StatementKind kind, bool on_merge) {
  const std::string is = quoted(variable.name) + " is " + described(variable.kind);
  if (is_set(variable.kind)) return of_set(is, variable, kind, on_merge);
  if (variable.kind == Kind::counter) {
    if (changes_membership(kind)) return is + ", not a set; change it with += or -=";
    if (kind == StatementKind::assign && !on_merge) {
      return is +
             ": it merges by summing deltas, so it can only be changed with += or -=; use lww for "
             "an assignable register";
    }
    return std::nullopt;
  }
  if (changes_membership(kind)) return is + ", not a set; assign it with :=";
  if (kind == StatementKind::assign) return std::nullopt;
  if (variable.kind == Kind::lww) {
    return is +
           ": concurrent changes do not add up, the last write wins; assign it with :=, or declare "
           "it as a counter";
  }
  return fmt::format(
      "{}: it merges to the {} value, so it is assigned with :=; use a counter to "
      "sum up changes",
      is, variable.kind == Kind::max ? "greater" : "smaller");
}

}  // namespace tribunal::spec
