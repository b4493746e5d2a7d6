// Statements.
#include <fmt/format.h>

#include "spec/policy.h"
#include "spec/resolver.h"

namespace tribunal::spec {

using syntax::Name;

bool Resolver::block(syntax::BlockId id, std::vector<StatementId>& to) {
  std::vector<Name> lets;
  for (const syntax::Statement& from : file_.blocks[id]) {
    const auto statement = this->statement(from);
    if (!statement) return false;
    to.push_back(*statement);
    if (from.kind == StatementKind::let) lets.push_back(from.name);
  }
  for (const Name& name : lets) unbind(name);
  return true;
}

std::optional<StatementId> Resolver::statement(const syntax::Statement& from) {
  if (from.kind == StatementKind::forall) return loop(from, 0);
  Statement to;
  to.kind = from.kind;
  to.at = position(from.span);
  bool good = false;
  if (from.kind == StatementKind::let) {
    good = let(from, to);
  } else if (from.kind == StatementKind::if_) {
    good = condition(*from.value, "the condition of 'if'", to.value) && block(from.body, to.body);
  } else {
    good = change(from, to);
  }
  if (!good) return std::nullopt;
  spec_.statements.push_back(std::move(to));
  return static_cast<StatementId>(spec_.statements.size() - 1);
}

bool Resolver::change(const syntax::Statement& from, Statement& to) {
  const Name& name = from.target.name;
  const auto found = globals_.find(name.text);
  if (found == globals_.end() || found->second.what != Global::What::variable) {
    if (found != globals_.end() || locals_.count(name.text) != 0) {
      return fail(name.span, fmt::format("{} is no variable, so it cannot be changed; declare one, "
                                         "such as 'lww x: int;'",
                                         quoted(name.text)));
    }
    std::vector<std::string> valid;
    for (const Variable& variable : spec_.variables) valid.push_back(variable.name);
    return unknown(name, "variable", valid);
  }
  to.variable = found->second.index;
  const Variable& variable = spec_.variables[to.variable];
  if (const auto why = refusal(variable, from.kind, merging_)) return fail(from.symbol, *why);
  if (!indices(name, from.target.span, from.target.indices, to.variable, to.indices)) return false;
  if (!from.value) return true;
  if (from.kind != StatementKind::assign) {
    to.value = integer(*from.value, fmt::format("what is added to {}", quoted(name.text)));
    return to.value.has_value();
  }
  to.value = expression(*from.value);
  if (!to.value || type_of(*to.value) == variable.type) return to.value.has_value();
  return fail(file_.nodes[*from.value].span,
              fmt::format("{} holds {}, but this is {}; assign a value of type {}",
                          quoted(name.text), type_name(variable.type),
                          type_name(type_of(*to.value)), type_name(variable.type)));
}

bool Resolver::let(const syntax::Statement& from, Statement& to) {
  to.value = expression(*from.value);
  if (!to.value) return false;
  const auto slot = bind(from.name, type_of(*to.value));
  if (!slot) return false;
  to.slot = *slot;
  to.name = from.name.text;
  return true;
}

// Several names make nested loops; the condition belongs to the innermost.
std::optional<StatementId> Resolver::loop(const syntax::Statement& from, std::size_t bound) {
  Statement to;
  to.kind = StatementKind::forall;
  to.at = position(from.span);
  to.name = from.binding.names[bound].text;
  const auto slot = enter_scope_of(from.binding, bound, to.domain);
  if (!slot) return std::nullopt;
  to.slot = *slot;
  if (bound + 1 < from.binding.names.size()) {
    const auto inner = loop(from, bound + 1);
    if (!inner) return std::nullopt;
    to.body.push_back(*inner);
  } else {
    if (from.value && !condition(*from.value, "the condition of 'forall'", to.value)) {
      return std::nullopt;
    }
    if (!block(from.body, to.body)) return std::nullopt;
  }
  unbind(from.binding.names[bound]);
  spec_.statements.push_back(std::move(to));
  return static_cast<StatementId>(spec_.statements.size() - 1);
}

bool Resolver::condition(syntax::NodeId node, std::string_view of, Maybe<ExprId>& to) {
  to = boolean(node, of);
  return to.has_value();
}

std::optional<Slot> Resolver::enter_scope_of(const syntax::Binding& binding, std::size_t bound,
                                             Type& domain) {
  const auto type = finite_type(binding.domain, "a bound variable");
  if (!type) return std::nullopt;
  domain = *type;
  return bind(binding.names[bound], domain);
}

}  // namespace tribunal::spec
