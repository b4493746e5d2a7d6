// Expressions, by precedence climbing.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "spec/parser.h"
#include "spec/precedence.h"

namespace tribunal::spec {
namespace {

using syntax::Node;

constexpr std::array<std::pair<std::string_view, Operator>, 6> binders{{
    {"forall", Operator::forall},
    {"exists", Operator::exists},
    {"sum", Operator::sum},
    {"count", Operator::count},
    {"maxof", Operator::maxof},
    {"minof", Operator::minof},
}};

// What stands between two values elsewhere.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> elsewhere{{
    {"AND", "and"},
    {"OR", "or"},
    {"implies", "=>"},
    {"iff", "=="},
    {"is", "=="},
    {"equals", "=="},
    {"times", "*"},
    {"plus", "+"},
}};

const Infix* infix_named(std::string_view text) {
  const auto found = std::find_if(infixes.begin(), infixes.end(),
                                  [&](const Infix& infix) { return infix.text == text; });
  return found == infixes.end() ? nullptr : &*found;
}

}  // namespace

// Operators that bind at least as tightly as `loosest`.
std::optional<syntax::NodeId> Parser::expression(int loosest) {
  if (!deeper()) return std::nullopt;
  const Deeper level(*this);
  Maybe<NodeId> left = prefix(loosest);
  bool more = true;
  while (left && more) left = infix(*left, loosest, more);
  return left;
}

// `left` and one more operator with its right side; `more`: whether there was one.
std::optional<syntax::NodeId> Parser::infix(NodeId left, int loosest, bool& more) {
  if (is("=")) return fail("'=' does not compare; write '=='");
  if (is(":=")) return fail("':=' assigns, in a statement; write '==' to compare");
  if (no_operator()) return std::nullopt;
  const Infix* const found = infix_named(text());
  more = token().kind != Token::Kind::name && found != nullptr && found->precedence >= loosest;
  if (!more) return left;
  Node node;
  node.form = Node::Form::operation;
  node.op = found->op;
  node.symbol = span();
  skip();
  const auto right =
      expression(found->op == Operator::implies ? found->precedence : found->precedence + 1);
  if (!right) return right;
  const Infix* const next = infix_named(text());
  if (found->precedence == precedence_of_comparisons && next != nullptr &&
      next->precedence == precedence_of_comparisons) {
    return fail("comparisons do not chain; write 'a < b and b < c'");
  }
  node.span = {file_.nodes[left].span.begin, file_.nodes[*right].span.end};
  node.operands = {left, *right};
  return add(std::move(node));
}

// Notes an error if a word follows a value where it can only be meant as an operator, or as what
// the last word, mistyped, binds: true.
bool Parser::no_operator() {
  if (token().kind != Token::Kind::name) return false;
  for (const auto& [word, ours] : elsewhere) {
    if (text() != word) continue;
    fail(fmt::format("'{}' is no operator; write '{}'", word, ours));
    return true;
  }
  if (source_.text(last()) == "for" && text() == "all") {
    fail(join(last(), span()), "'for all' is one word; write 'forall'");
    return true;
  }
  static const std::vector<std::string> words{"forall", "exists", "sum", "count",
                                              "maxof",  "minof",  "not"};
  const bool one_line = source_.position(last().begin).line == source_.position(span().begin).line;
  const std::string near = nearest(source_.text(last()), words);
  if (near.empty() || !one_line) return false;
  fail(last(),
       fmt::format("unknown word {}; did you mean '{}'?", quoted(source_.text(last())), near));
  return true;
}

std::optional<syntax::NodeId> Parser::prefix(int loosest) {
  if (is("not")) return negation(loosest);
  if (is("-")) return minus();
  if (is("(")) return parenthesised();
  if (token().kind == Token::Kind::integer) return integer(false, span());
  if (token().kind == Token::Kind::name) return name_use();
  if (is("true") || is("false")) {
    Node node;
    node.form = Node::Form::boolean;
    node.value = is("true") ? 1 : 0;
    node.span = span();
    skip();
    return add(std::move(node));
  }
  for (const auto& [word, op] : binders) {
    if (is(word)) return binder(op);
  }
  return not_an_expression();
}

Failed Parser::not_an_expression() {
  if (is("max") || is("min")) {
    return fail(
        fmt::format("'{0}' declares a variable; the {1} of many values is "
                    "'{0}of x: S where ... . ... else ...'",
                    text(), is("max") ? "greatest" : "least"));
  }
  if (is("if")) {
    return fail("'if' is a statement; a condition that holds only sometimes is 'a => b'");
  }
  if (token().kind == Token::Kind::reserved) {
    return fail(fmt::format("expected an expression, found the reserved word '{}'", text()));
  }
  return fail(fmt::format("expected an expression, found {}", found()));
}

std::optional<syntax::NodeId> Parser::negation(int loosest) {
  if (loosest > precedence_of_not) {
    return fail(
        "'not' binds less tightly than the operator before it; put '(not ...)' into "
        "parentheses");
  }
  Node node;
  node.form = Node::Form::operation;
  node.op = Operator::not_;
  node.symbol = span();
  skip();
  const auto operand = expression(precedence_of_not);
  if (!operand) return operand;
  node.span = {node.symbol.begin, file_.nodes[*operand].span.end};
  node.operands = {*operand};
  return add(std::move(node));
}

// A minus that stands before a number belongs to it.
std::optional<syntax::NodeId> Parser::minus() {
  Node node;
  node.form = Node::Form::operation;
  node.op = Operator::negate;
  node.symbol = span();
  skip();
  if (token().kind == Token::Kind::integer) return integer(true, node.symbol);
  const auto operand = expression(precedence_of_minus);
  if (!operand) return operand;
  node.span = {node.symbol.begin, file_.nodes[*operand].span.end};
  node.operands = {*operand};
  return add(std::move(node));
}

std::optional<syntax::NodeId> Parser::integer(bool negative, Span from) {
  const auto value = parse_integer((negative ? "-" : "") + std::string(text()));
  if (!value) {
    return fail(join(from, span()),
                negative
                    ? "the number does not fit into 64 bits; the least is -9223372036854775808"
                    : "the number does not fit into 64 bits; the greatest is 9223372036854775807");
  }
  Node node;
  node.form = Node::Form::integer;
  node.value = *value;
  node.span = join(from, span());
  skip();
  return add(std::move(node));
}

std::optional<syntax::NodeId> Parser::name_use() {
  Node node;
  node.form = Node::Form::name;
  node.name = {text(), span()};
  skip();
  if (is("(")) {
    return fail(fmt::format("there are no functions; the cell of a variable is {}",
                            quoted(std::string(node.name.text) + "[...]")));
  }
  node.indexed = is("[");
  if (node.indexed && !indices(node.operands)) return std::nullopt;
  node.span = join(node.name.span, last());
  return add(std::move(node));
}

bool Parser::indices(std::vector<NodeId>& to) {
  const Span opened = span();
  skip();
  do {
    const auto index = expression();
    if (!index) return false;
    to.push_back(*index);
  } while (accept(","));
  return close("]", opened);
}

std::optional<syntax::NodeId> Parser::parenthesised() {
  const Span opened = span();
  skip();
  const auto inner = expression();
  if (!inner || !close(")", opened)) return std::nullopt;
  file_.nodes[*inner].span = join(opened, last());
  return inner;
}

std::optional<syntax::NodeId> Parser::binder(Operator op) {
  Node node;
  node.form = Node::Form::binder;
  node.op = op;
  node.symbol = span();
  skip();
  if (!binding(node.binding, source_.text(node.symbol))) return std::nullopt;
  if (!binder_parts(node)) return std::nullopt;
  node.span = join(node.symbol, file_.nodes[node.operands.back()].span);
  return add(std::move(node));
}

// [where condition] . body [else value]; in the operands: body, condition, value.
bool Parser::binder_parts(Node& node) {
  const bool extremum = node.op == Operator::maxof || node.op == Operator::minof;
  Maybe<NodeId> condition;
  node.where = accept("where");
  if (node.where && !(condition = expression())) return false;
  if (extremum && !node.where) {
    return fail(fmt::format("'{}' needs 'where' and a condition before '.', found {}",
                            source_.text(node.symbol), found()));
  }
  if (node.where && !is(".")) {
    const bool holds = node.op != Operator::sum && !extremum;
    return fail(fmt::format("'{}' needs '.' and a body behind its condition, found {}{}",
                            source_.text(node.symbol), found(),
                            holds
                                ? "; if there is nothing more to say, write '.' instead of 'where'"
                                : "; write '. VALUE'"));
  }
  if (!expect(".",
              fmt::format("between what '{}' binds and its body", source_.text(node.symbol)))) {
    return false;
  }
  const auto body = expression();
  if (!body) return false;
  node.operands.push_back(*body);
  if (condition) node.operands.push_back(*condition);
  if (!extremum) return true;
  if (!expect("else", fmt::format("and what '{}' is where nothing meets the condition",
                                  source_.text(node.symbol)))) {
    return false;
  }
  const auto otherwise = expression();
  if (otherwise) node.operands.push_back(*otherwise);
  return otherwise.has_value();
}

bool Parser::binding(syntax::Binding& to, std::string_view what) {
  do {
    if (!name(to.names.emplace_back(), "a bound variable")) return false;
  } while (accept(","));
  if (!expect(":", fmt::format("and a sort, as in '{} x: S'", what))) return false;
  if (!type_name(to.domain, "the bound variable")) return false;
  if (!is(",") || token_after(1).kind != Token::Kind::name) return true;
  if (source_.text(token_after(3).span) == to.domain.text) {
    return fail(fmt::format("variables of one sort are bound together; write '{} {}, {}: {}'", what,
                            quote(to.names.back().text), quote(source_.text(token_after(1).span)),
                            quote(to.domain.text)));
  }
  return fail(
      fmt::format("one '{0}' binds variables of one sort; put a second '{0}' into its body", what));
}

std::optional<syntax::NodeId> Parser::add(Node node) {
  std::uint32_t below = 0;
  for (const NodeId operand : node.operands) {
    below = std::max(below, file_.nodes[operand].height);
  }
  const std::size_t levels = std::max<std::size_t>(1, node.binding.names.size());
  if (below + levels > deepest_nesting) {
    return fail(node.span, fmt::format("nested deeper than {} levels; split it into several parts",
                                       deepest_nesting));
  }
  node.height = static_cast<std::uint32_t>(below + levels);
  file_.nodes.push_back(std::move(node));
  return static_cast<NodeId>(file_.nodes.size() - 1);
}

}  // namespace tribunal::spec
