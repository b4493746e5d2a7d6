// What stands between braces.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "spec/parser.h"

namespace tribunal::spec {
namespace {

constexpr std::string_view refuse =
    "say behind 'requires' when the op may run; otherwise it is refused as a whole";
constexpr std::string_view loop_over = "write 'forall x: S { ... }'";
constexpr std::string_view come = "write 'add NAME[...]'";
constexpr std::string_view go = "write 'remove NAME[...]'";

// What changes begin with elsewhere, and what to do here.
constexpr std::array<std::pair<std::string_view, std::string_view>, 14> elsewhere{
    {{"return", refuse},
     {"abort", refuse},
     {"rollback", refuse},
     {"throw", refuse},
     {"raise", refuse},
     {"require", refuse},
     {"assert", refuse},
     {"for", loop_over},
     {"foreach", loop_over},
     {"while", loop_over},
     {"insert", come},
     {"delete", go},
     {"set", "write 'NAME := ...'"},
     {"var", "write 'let NAME = ...'"}}};

}  // namespace

std::optional<syntax::BlockId> Parser::block() {
  if (!deeper()) return std::nullopt;
  const Deeper level(*this);
  const Span opened = span();
  if (!expect("{", "before the statements")) return std::nullopt;
  syntax::Block statements;
  while (!is("}")) {
    if (at_end()) return fail(opened, "'{' is never closed; add '}'");
    if (begins_item(text())) {
      return fail(fmt::format("'{}' stands outside of braces only; close the '{{' of line {} first",
                              text(), source_.position(opened.begin).line));
    }
    if (!statement(statements)) return std::nullopt;
  }
  skip();
  file_.blocks.push_back(std::move(statements));
  return static_cast<syntax::BlockId>(file_.blocks.size() - 1);
}

bool Parser::statement(syntax::Block& to) {
  if (accept("add")) return membership(to, StatementKind::add);
  if (accept("remove")) return membership(to, StatementKind::remove);
  if (accept("let")) return let(to);
  if (accept("if")) return condition(to);
  if (accept("forall")) return loop(to);
  if (token().kind == Token::Kind::name) return change(to);
  return unknown_statement();
}

Failed Parser::unknown_statement() {
  if (is("else")) return fail("there is no 'else'; write a second 'if' with 'not'");
  if (is(";")) return fail("an extra ';'; leave it out");
  return fail(
      fmt::format("expected a statement (a change such as 'x := 1;', add, remove, let, if "
                  "or forall), found {}",
                  found()));
}

bool Parser::target(syntax::Target& to) {
  const Span from = span();
  if (!name(to.name, "a variable")) return false;
  to.indexed = is("[");
  if (to.indexed && !indices(to.indices)) return false;
  to.span = join(from, last());
  return true;
}

// A word that cannot be the variable of a change, seeing what follows it.
Failed Parser::unknown_word() {
  static const std::vector<std::string> words{"add", "remove", "let", "if", "forall"};
  for (const auto& [word, advice] : elsewhere) {
    if (text() == word) return fail(fmt::format("there is no '{}'; {}", word, advice));
  }
  const std::string near = nearest(text(), words);
  return fail(fmt::format("unknown statement {}; {}", quoted(text()),
                          near.empty() ? "valid: " + tribunal::join(words, ", ") + ", := += -="
                                       : "did you mean '" + near + "'?"));
}

bool Parser::change(syntax::Block& to) {
  constexpr std::array<std::pair<std::string_view, StatementKind>, 3> changes{
      {{"+=", StatementKind::increase},
       {"-=", StatementKind::decrease},
       {":=", StatementKind::assign}}};
  const std::string_view next = source_.text(token_after(1).span);
  const bool changes_nothing =
      token_after(1).kind != Token::Kind::symbol || next == ";" || next == "(";
  const bool foreign = std::any_of(elsewhere.begin(), elsewhere.end(),
                                   [&](const auto& row) { return row.first == text(); });
  if ((foreign && changes_nothing) || token_after(1).kind == Token::Kind::name) {
    return unknown_word();
  }
  syntax::Statement change;
  change.span = span();
  if (!target(change.target)) return false;
  change.symbol = span();
  for (const auto& [symbol, kind] : changes) {
    if (!accept(symbol)) continue;
    change.kind = kind;
    change.value = expression();
    if (!change.value) return false;
    to.push_back(std::move(change));
    return semicolon("the statement");
  }
  if (is("=") || is("==")) {
    return fail(fmt::format("'{}' does not assign; write ':='", text()));
  }
  if (is("(")) return fail("ops cannot call one another; write the statements here");
  if (is("+") || is("-")) return fail(fmt::format("expected '{0}=', found '{0}'", text()));
  return fail(fmt::format("expected ':=', '+=' or '-=' after {}, found {}",
                          quoted(source_.text(change.target.span)), found()));
}

bool Parser::membership(syntax::Block& to, StatementKind kind) {
  syntax::Statement change;
  change.kind = kind;
  change.span = change.symbol = last();
  if (!target(change.target)) return false;
  const bool outside = !change.target.indexed && token_after(1).kind == Token::Kind::name &&
                       (text() == "to" || text() == "into" || text() == "in" || text() == "from");
  if (outside || is("(")) return not_a_cell(source_.text(change.span), change.target.name.text);
  to.push_back(std::move(change));
  return semicolon("the statement");
}

// For `add user(u)` and `add u to user`.
Failed Parser::not_a_cell(std::string_view verb, std::string_view name) {
  const bool one = source_.text(token_after(2).span) == ")";
  const std::string_view next = source_.text(token_after(1).span);
  const std::string_view set = is("(") ? name : next;
  const std::string_view element = !is("(") ? name : one ? next : "...";
  return fail(fmt::format("elements of a set stand in brackets; write '{} {}[{}];'", verb,
                          quote(set), quote(element)));
}

bool Parser::let(syntax::Block& to) {
  syntax::Statement let;
  let.span = last();
  if (!name(let.name, "the value")) return false;
  if (is(":=") || is("==")) {
    return fail(fmt::format("'let' names a value; write '=', not '{}'", text()));
  }
  if (!expect("=", "and a value after 'let' and a name")) return false;
  let.value = expression();
  if (!let.value) return false;
  to.push_back(std::move(let));
  return semicolon("the statement");
}

bool Parser::condition(syntax::Block& to) {
  syntax::Statement branch;
  branch.kind = StatementKind::if_;
  branch.span = last();
  branch.value = expression();
  if (!branch.value) return false;
  const auto body = block();
  if (!body) return false;
  branch.body = *body;
  to.push_back(std::move(branch));
  return true;
}

bool Parser::loop(syntax::Block& to) {
  syntax::Statement loop;
  loop.kind = StatementKind::forall;
  loop.span = last();
  if (!binding(loop.binding, "forall")) return false;
  if (accept("where")) {
    loop.value = expression();
    if (!loop.value) return false;
  }
  if (is(".")) return fail("here 'forall' is a statement; write '{' and statements, not '.'");
  const auto nested = static_cast<std::uint32_t>(loop.binding.names.size()) - 1;
  depth_ += nested;
  const auto body = block();
  depth_ -= nested;
  if (!body) return false;
  loop.body = *body;
  to.push_back(std::move(loop));
  return true;
}

}  // namespace tribunal::spec
