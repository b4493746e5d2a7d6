#include "checker/confluence/strengthening.h"

#include <fmt/format.h>

namespace tribunal::checker::confluence {
namespace {

// "bal[x]", "stock[x, y]", "total".
std::string at_any(const spec::Variable& variable) {
  const char* names[] = {"x", "y", "z", "u", "v", "w"};
  std::string text = variable.name;
  for (std::size_t i = 0; i < variable.indices.size(); ++i) {
    text += i == 0 ? "[" : ", ";
    text += i < 6 ? names[i] : "_";
  }
  return variable.indices.empty() ? text : text + "]";
}

std::string show_value(const spec::Spec& spec, spec::Type type, std::int64_t value) {
  if (type.base == spec::Type::Base::boolean) return value != 0 ? "true" : "false";
  if (type.base == spec::Type::Base::enumeration) {
    return spec.enums[type.index].members[static_cast<std::size_t>(value)];
  }
  return fmt::format("{}", value);
}

}  // namespace

std::string show(const spec::Spec& spec, const Fact& fact) {
  const std::string a = at_any(spec.variables[fact.a]);
  const bool has_b = fact.form >= Fact::Form::subset && fact.form != Fact::Form::minted;
  const std::string b = has_b ? at_any(spec.variables[fact.b]) : "";
  switch (fact.form) {
    case Fact::Form::at_least:
      return fmt::format("{} >= {}", a, fact.value);
    case Fact::Form::at_most:
      return fmt::format("{} <= {}", a, fact.value);
    case Fact::Form::unchanged:
      return fmt::format("{} never changes", a);
    case Fact::Form::never_removed:
      return fmt::format("nothing is ever removed from {}", a);
    case Fact::Form::never_added:
      return fmt::format("nothing is ever added to {}", a);
    case Fact::Form::removed_within:
      return fmt::format("only what was added is removed from {}", a);
    case Fact::Form::subset:
      return fmt::format("{} => {}", a, b);
    case Fact::Form::less_equal:
      return fmt::format("{} <= {}", a, b);
    case Fact::Form::equal:
      return fmt::format("{} == {}", a, b);
    case Fact::Form::written_within:
      return fmt::format("{} was written => {}", a, b);
    case Fact::Form::has_value:
      return fmt::format("{} => {} == {}", a, b,
                         show_value(spec, spec.variables[fact.b].type, fact.value));
    case Fact::Form::removes_within:
      return fmt::format("{} was removed for good => {}", a, b);
    case Fact::Form::minted:
      return fmt::format("{} was touched => x was minted by 'fresh'", a);
  }
  return {};
}

}  // namespace tribunal::checker::confluence
