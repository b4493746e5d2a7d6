// Expressions.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "spec/policy.h"
#include "spec/resolver.h"

namespace tribunal::spec {

using syntax::Node;
using syntax::NodeId;

std::optional<ExprId> Resolver::expression(NodeId id) {
  const Node& node = file_.nodes[id];
  Expr literal;
  literal.value = node.value;
  literal.at = position(node.span);
  switch (node.form) {
    case Node::Form::integer:
      literal.type = integer_type;
      return add(std::move(literal));
    case Node::Form::boolean:
      literal.type = boolean_type;
      return add(std::move(literal));
    case Node::Form::name:
      return name(node);
    case Node::Form::operation:
      return operation(node);
    case Node::Form::binder:
      break;
  }
  return binder(node, 0);
}

std::optional<ExprId> Resolver::boolean(NodeId id, std::string_view of) {
  const auto expr = expression(id);
  if (!expr || type_of(*expr) == boolean_type) return expr;
  const bool number = type_of(*expr) == integer_type;
  return fail(file_.nodes[id].span,
              fmt::format("{} must be bool, but this is {}; compare it, as in '{}'", of,
                          type_name(type_of(*expr)), number ? "... > 0" : "... == x"));
}

std::optional<ExprId> Resolver::integer(NodeId id, std::string_view of) {
  const auto expr = expression(id);
  if (!expr || type_of(*expr) == integer_type) return expr;
  const std::string advice =
      type_of(*expr) != boolean_type ? "such values can only be compared, with == and !="
      : swallowed_ == id             ? swallows()
                                     : "'count x: S . ...' counts for how many something holds";
  return fail(file_.nodes[id].span, fmt::format("{} must be int, but this is {}; {}", of,
                                                type_name(type_of(*expr)), advice));
}

// In `count x: S . s[x] < 3` and `sum x: S . n[x] < 3`, the comparison belongs to the body, where
// it was meant to be outside. If so, what has to be a number and is none: s[x], n[x] < 3.
std::optional<NodeId> Resolver::may_swallow(const Node& binder) const {
  const NodeId body = binder.operands[0];
  const auto open = [&](NodeId id) {  // an operation of two sides, without parentheses around it
    const Node& node = file_.nodes[id];
    return node.form == Node::Form::operation && node.operands.size() == 2 &&
           node.span.begin == file_.nodes[node.operands[0]].span.begin;
  };
  const Operator op = file_.nodes[body].op;
  const bool compares = op >= Operator::equal && op <= Operator::greater_equal;
  if (!open(body) || !compares) return std::nullopt;
  if (binder.op == Operator::sum) return body;
  if (binder.op != Operator::count) return std::nullopt;
  NodeId leftmost = body;
  while (open(leftmost)) leftmost = file_.nodes[leftmost].operands[0];
  return leftmost;
}

std::string Resolver::swallows() const {
  return fmt::format(
      "'{0}' takes in all that follows: put it into parentheses, as in "
      "'({0} x: S . ...) < 3'",
      swallowing_);
}

std::vector<std::string> Resolver::values_in_scope() const {
  std::vector<std::string> names;
  for (const auto& [name, unused] : locals_) names.emplace_back(name);
  for (const auto& [name, global] : globals_) {
    const bool is_type =
        global.what == Global::What::sort || global.what == Global::What::enumeration;
    if (!is_type) names.emplace_back(name);
  }
  names.insert(names.end(), {"true", "false"});
  return names;
}

std::optional<ExprId> Resolver::name(const Node& node) {
  const auto local = locals_.find(node.name.text);
  const auto found = globals_.find(node.name.text);
  if (local == locals_.end() && found == globals_.end()) {
    return unknown(node.name, "name", values_in_scope());
  }
  const bool variable = found != globals_.end() && found->second.what == Global::What::variable;
  if (node.indexed && !variable) {
    return fail(node.span,
                fmt::format("{} is no variable and has no indices; leave out the brackets",
                            quoted(node.name.text)));
  }
  if (local == locals_.end()) return global(node, found->second);
  Expr expr;
  expr.op = Operator::local;
  expr.type = local->second.type;
  expr.slot = local->second.slot;
  expr.name = node.name.text;
  expr.at = position(node.span);
  return add(std::move(expr));
}

std::optional<ExprId> Resolver::global(const Node& node, const Global& global) {
  Expr expr;
  expr.at = position(node.span);
  switch (global.what) {
    case Global::What::variable:
      return read(node, global.index);
    case Global::What::constant:
      expr.op = Operator::constant;
      expr.value = global.index;
      return add(std::move(expr));
    case Global::What::member:
      expr.type = {Type::Base::enumeration, global.index};
      expr.value = global.member;
      return add(std::move(expr));
    case Global::What::sort:
    case Global::What::enumeration:
      break;
  }
  return fail(node.span,
              fmt::format("{} is a type, not a value; bind a variable to its elements, as "
                          "in 'forall x: {} . ...'",
                          quoted(node.name.text), quote(node.name.text)));
}

std::optional<ExprId> Resolver::read(const Node& node, std::uint32_t variable) {
  Expr expr;
  expr.op = Operator::read;
  expr.type = spec_.variables[variable].type;
  expr.value = variable;
  expr.at = position(node.name.span);
  if (!indices(node.name, node.span, node.operands, variable, expr.operands)) return std::nullopt;
  return add(std::move(expr));
}

bool Resolver::indices(const syntax::Name& name, Span span, const std::vector<NodeId>& from,
                       std::uint32_t variable, std::vector<ExprId>& to) {
  const Variable& is = spec_.variables[variable];
  if (from.size() != is.indices.size()) {
    std::vector<std::string> types;
    for (const Type index : is.indices) types.push_back(type_name(index));
    const std::string shape =
        quote(is.name) + (types.empty() ? "" : "[" + tribunal::join(types, ", ") + "]");
    return fail(span,
                fmt::format("{} takes {} {}, found {}; it is declared as {} {}", quoted(name.text),
                            types.size(), types.size() == 1 ? "index" : "indices", from.size(),
                            name_of(is.kind), shape));
  }
  for (std::size_t i = 0; i < from.size(); ++i) {
    const auto index = expression(from[i]);
    if (!index) return false;
    const Type type = type_of(*index);
    if (type != is.indices[i]) {
      return fail(file_.nodes[from[i]].span,
                  fmt::format("{} is indexed by {}, but this is {}; give it an element of {}",
                              quoted(name.text), type_name(is.indices[i]), type_name(type),
                              type_name(is.indices[i])));
    }
    to.push_back(*index);
  }
  return true;
}

std::optional<ExprId> Resolver::operation(const Node& node) {
  switch (node.op) {
    case Operator::not_:
    case Operator::and_:
    case Operator::or_:
    case Operator::implies:
      return logic(node);
    case Operator::equal:
    case Operator::unequal:
      return equality(node);
    default:
      return arithmetic(node);
  }
}

std::optional<ExprId> Resolver::logic(const Node& node) {
  Expr expr;
  expr.op = node.op;
  expr.type = boolean_type;
  expr.at = position(node.span);
  const std::string of = fmt::format("what '{}' combines", source_.text(node.symbol));
  for (const NodeId operand : node.operands) {
    const auto each = boolean(operand, node.op == Operator::not_ ? "what 'not' negates" : of);
    if (!each) return std::nullopt;
    expr.operands.push_back(*each);
  }
  return add(std::move(expr));
}

std::optional<ExprId> Resolver::arithmetic(const Node& node) {
  Expr expr;
  expr.op = node.op;
  expr.type =
      node.op >= Operator::less && node.op <= Operator::greater_equal ? boolean_type : integer_type;
  expr.at = position(node.span);
  const std::string of = fmt::format("each side of '{}'", source_.text(node.symbol));
  for (const NodeId operand : node.operands) {
    const auto each = integer(operand, node.op == Operator::negate ? "what '-' negates" : of);
    if (!each) return std::nullopt;
    expr.operands.push_back(*each);
  }
  return add(std::move(expr));
}

std::optional<ExprId> Resolver::equality(const Node& node) {
  Expr expr;
  expr.op = node.op;
  expr.type = boolean_type;
  expr.at = position(node.span);
  for (const NodeId operand : node.operands) {
    const auto each = expression(operand);
    if (!each) return std::nullopt;
    expr.operands.push_back(*each);
  }
  const Type left = type_of(expr.operands[0]);
  const Type right = type_of(expr.operands[1]);
  if (left == right) return add(std::move(expr));
  const bool condition = left == boolean_type || right == boolean_type;
  const bool swallowed = left == boolean_type && swallowed_ == node.operands[0];
  const std::string advice =
      swallowed   ? swallows()
      : condition ? "a bool is a condition already: write it alone, or 'not' before it"
                  : "both sides must have the same type";
  return fail(node.span,
              fmt::format("'{}' cannot compare {} with {}; {}", source_.text(node.symbol),
                          type_name(left), type_name(right), advice));
}

// Several names make nested binders: the condition belongs to the innermost, and the others of a
// count are sums.
std::optional<ExprId> Resolver::binder(const Node& node, std::size_t bound) {
  const bool quantifier = node.op == Operator::forall || node.op == Operator::exists;
  const std::size_t names = node.binding.names.size();
  if (names > 1 && (node.op == Operator::maxof || node.op == Operator::minof)) {
    return fail(node.binding.names[1].span,
                fmt::format("'{}' binds one variable only; put another '{}' into its body",
                            source_.text(node.symbol), source_.text(node.symbol)));
  }
  Expr expr;
  expr.op = node.op;
  expr.type = quantifier ? boolean_type : integer_type;
  expr.name = node.binding.names[bound].text;
  expr.at = position(node.span);
  const auto slot = enter_scope_of(node.binding, bound, expr.domain);
  if (!slot) return std::nullopt;
  expr.slot = *slot;
  Maybe<ExprId> result;
  if (bound + 1 < names) {
    if (node.op == Operator::count) expr.op = Operator::sum;
    const auto inner = binder(node, bound + 1);
    if (!inner) return std::nullopt;
    expr.operands.push_back(*inner);
    result = add(std::move(expr));
  } else {
    result = innermost(node, std::move(expr));
  }
  unbind(node.binding.names[bound]);
  return result;
}

std::optional<ExprId> Resolver::innermost(const Node& node, Expr expr) {
  expr.where = node.where;
  Maybe<ExprId> condition;
  if (node.where && !(condition = boolean(node.operands[1], "what follows 'where'"))) {
    return std::nullopt;
  }
  const bool counts =
      node.op == Operator::sum || node.op == Operator::maxof || node.op == Operator::minof;
  const std::string of = fmt::format("the body of '{}'", source_.text(node.symbol));
  swallowed_ = may_swallow(node);
  swallowing_ = source_.text(node.symbol);
  const auto body = counts ? integer(node.operands[0], of) : boolean(node.operands[0], of);
  if (!body) return std::nullopt;
  expr.operands.push_back(*body);
  if (condition) expr.operands.push_back(*condition);
  if (node.operands.size() == 3) {
    unbind(node.binding.names.back());  // there is none where `else` counts
    const auto otherwise = integer(node.operands[2], "what follows 'else'");
    if (!otherwise) return std::nullopt;
    expr.operands.push_back(*otherwise);
  }
  return add(std::move(expr));
}

std::optional<ExprId> Resolver::add(Expr expr) {
  spec_.exprs.push_back(std::move(expr));
  return static_cast<ExprId>(spec_.exprs.size() - 1);
}

}  // namespace tribunal::spec
