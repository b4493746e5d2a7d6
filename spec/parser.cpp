// Items: everything that stands outside of braces.
#include "spec/parser.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace tribunal::spec {
namespace {

constexpr std::array<std::pair<std::string_view, Kind>, 8> kinds{{{"counter", Kind::counter},
                                                                  {"max", Kind::max},
                                                                  {"min", Kind::min},
                                                                  {"gset", Kind::gset},
                                                                  {"tpset", Kind::tpset},
                                                                  {"awset", Kind::awset},
                                                                  {"rwset", Kind::rwset},
                                                                  {"lww", Kind::lww}}};

const std::vector<std::string>& item_words() {
  static const std::vector<std::string> words{"sort", "enum", "const",     "counter", "max",
                                              "min",  "gset", "tpset",     "awset",   "rwset",
                                              "lww",  "op",   "invariant", "onmerge", "expect"};
  return words;
}

// What people call things elsewhere.
constexpr std::array<std::pair<std::string_view, std::string_view>, 11> elsewhere{
    {{"transaction", "op"},
     {"txn", "op"},
     {"operation", "op"},
     {"procedure", "op"},
     {"function", "op"},
     {"var", "lww"},
     {"register", "lww"},
     {"assert", "invariant"},
     {"always", "invariant"},
     {"type", "sort"},
     {"merge", "onmerge"}}};

}  // namespace

bool begins_item(std::string_view word) {
  return std::find(item_words().begin(), item_words().end(), word) != item_words().end();
}

Result<syntax::File, Diagnostic> Parser::run() {
  while (!at_end()) {
    if (!item()) return Failure{*error_};
  }
  if (tokens_.size() == 1) {
    fail("the file declares nothing; write variables, ops and an invariant");
    return Failure{*error_};
  }
  file_.end = behind(last());
  return std::move(file_);
}

bool Parser::item() {
  for (const auto& [word, kind] : kinds) {
    if (accept(word)) return variable(kind);
  }
  if (accept("sort")) return sort();
  if (accept("enum")) return enumeration();
  if (accept("const")) return constant();
  if (accept("op")) return transaction();
  if (accept("invariant")) return invariant();
  if (accept("onmerge")) return on_merge();
  if (accept("expect")) return expectation();
  return unknown_item();
}

Failed Parser::unknown_item() {
  const std::string all = tribunal::join(item_words(), ", ");
  if (is(";")) return fail("an extra ';'; leave it out");
  if (is("}")) return fail("'}' closes nothing; leave it out, or look for a '{' that is missing");
  const std::string_view next = source_.text(token_after(1).span);
  if (is("add") || is("remove") || is("let") || is("if") || is("forall") || next == "[" ||
      next == ":=" || next == "+=" || next == "-=") {
    return fail("a statement stands between the braces of an op or of 'onmerge'; move it there");
  }
  if (token().kind == Token::Kind::name) {
    if (text() == "set") {
      return fail(
          "there are several kinds of sets: gset (nothing is removed), tpset (what was removed "
          "never returns), awset and rwset (of concurrent adds and removes, the add or the remove "
          "wins); when in doubt write 'awset'");
    }
    for (const auto& [word, ours] : elsewhere) {
      if (text() == word) return fail(fmt::format("unknown item '{}'; write '{}'", word, ours));
    }
    const std::string near = nearest(text(), item_words());
    if (!near.empty()) {
      return fail(fmt::format("unknown item {}; did you mean '{}'?", quoted(text()), near));
    }
    return fail(fmt::format("unknown item {}; valid: {}", quoted(text()), all));
  }
  return fail(fmt::format("expected an item ({}), found {}", all, found()));
}

bool Parser::sort() {
  syntax::Sort sort;
  if (!name(sort.name, "a sort")) return false;
  if (!expect("[", "and how many elements the sort has, such as [3] or [auto]")) return false;
  if (!accept("auto")) {
    const auto size = parse_integer(text());
    if (!size || *size < 1 || *size > largest_sort) {
      return fail(
          fmt::format("expected the size of the sort, a number from 1 to {} or 'auto', "
                      "found {}",
                      largest_sort, found()));
    }
    sort.size = static_cast<std::uint32_t>(*size);
    skip();
  }
  if (!expect("]", "after the size of the sort") || !semicolon("the sort")) return false;
  file_.sorts.push_back(sort);
  return true;
}

bool Parser::enumeration() {
  syntax::Enumeration all;
  if (!name(all.name, "an enum")) return false;
  const Span opened = span();
  if (!expect("{", "and the members of the enum, such as { open, closed }")) return false;
  do {
    if (!name(all.members.emplace_back(), "a member of the enum")) return false;
  } while (accept(","));
  if (!close("}", opened) || !semicolon("the enum")) return false;
  if (all.members.size() > largest_sort) {
    return fail(all.name.span,
                fmt::format("{} has {} members, more than {}; use an int", quoted(all.name.text),
                            all.members.size(), largest_sort));
  }
  file_.enums.push_back(std::move(all));
  return true;
}

bool Parser::constant() {
  syntax::Constant constant;
  if (!name(constant.name, "a constant")) return false;
  if (!expect("=", "and the value of the constant")) return false;
  const Span from = span();
  const bool negative = accept("-");
  if (token().kind != Token::Kind::integer) {
    return fail(fmt::format("expected a number as the value of the constant, found {}", found()));
  }
  const auto value = integer(negative, from);
  if (!value) return false;
  constant.value = file_.nodes[*value].value;
  file_.constants.push_back(constant);
  return semicolon("the constant");
}

bool Parser::variable(Kind kind) {
  syntax::Variable variable;
  variable.kind = kind;
  if (!name(variable.name, "a variable")) return false;
  const Span opened = span();
  if (accept("[")) {
    do {
      if (!type_name(variable.indices.emplace_back(), "an index")) return false;
    } while (accept(","));
    if (!close("]", opened)) return false;
  }
  if (accept(":") && !type_name(variable.type.emplace(), "the value")) return false;
  if (is(":=") || is("==")) {
    return fail(fmt::format("'{}' does not begin an initial value; write '='", text()));
  }
  if (accept("=")) {
    variable.initial = expression(8);
    if (!variable.initial) return false;
  }
  file_.variables.push_back(std::move(variable));
  return semicolon("the declaration");
}

bool Parser::transaction() {
  syntax::Transaction op;
  if (!name(op.name, "an op")) return false;
  const Span opened = span();
  if (!expect("(", "and the parameters of the op, or '()'")) return false;
  if (!is(")")) {
    do {
      if (!parameter(op.parameters)) return false;
    } while (accept(","));
  }
  if (!op.parameters.empty() && !is(")") && !at_end()) {
    return fail(fmt::format("expected ',' or ')' after a parameter, found {}", found()));
  }
  if (!close(")", opened)) return false;
  if (accept("requires")) {
    op.guard = expression();
    if (!op.guard) return false;
  } else if (is("where") || is("if") || text() == "when" || text() == "require") {
    return fail(fmt::format("the guard of an op begins with 'requires', not with '{}'", text()));
  }
  if (!is("{")) {
    return fail(fmt::format("expected {}'{{' before the statements of the op, found {}",
                            op.guard ? "an operator or " : "'requires' or ", found()));
  }
  const auto body = block();
  if (!body) return false;
  op.body = *body;
  file_.transactions.push_back(std::move(op));
  return true;
}

bool Parser::names_type(std::string_view word) const {
  const auto named = [&](const auto& item) { return item.name.text == word; };
  return word == "int" || word == "bool" ||
         std::any_of(file_.sorts.begin(), file_.sorts.end(), named) ||
         std::any_of(file_.enums.begin(), file_.enums.end(), named);
}

// Two words without ':', mostly the type and the name as in C.
Failed Parser::parameter_reversed(std::string_view minted) {
  const Span second = token_after(1).span;
  const bool type_last = names_type(source_.text(second)) && !names_type(text());
  const Span name = type_last ? span() : second;
  const Span type = type_last ? second : span();
  return fail(join(span(), second),
              fmt::format("the type of a parameter follows its name and ':'; write '{}{}: {}'",
                          minted, quote(source_.text(name)), quote(source_.text(type))));
}

bool Parser::parameter(std::vector<syntax::Parameter>& to) {
  syntax::Parameter& parameter = to.emplace_back();
  if (accept("fresh")) {
    parameter.minted = Minted::fresh;
  } else if (accept("self")) {
    parameter.minted = Minted::self;
  }
  const auto may_be_type = [](const Token& each, std::string_view text) {
    return each.kind == Token::Kind::name || text == "int" || text == "bool";
  };
  if (may_be_type(token(), text()) &&
      may_be_type(token_after(1), source_.text(token_after(1).span))) {
    return parameter_reversed(parameter.minted == Minted::no      ? ""
                              : parameter.minted == Minted::fresh ? "fresh "
                                                                  : "self ");
  }
  if (!name(parameter.name, "a parameter")) return false;
  if (!expect(":", fmt::format("and the type of parameter {}", quoted(parameter.name.text)))) {
    return false;
  }
  if (is("fresh") || is("self")) {
    return fail(fmt::format("'{0}' stands before the name of a parameter; write '{0} {1}: ...'",
                            text(), quote(parameter.name.text)));
  }
  return type_name(parameter.type, "the parameter");
}

// Whether what stands here can only be a condition.
bool Parser::lacks_name() {
  const std::string_view next = source_.text(token_after(1).span);
  if (next == ":" || is(":") || is(";") || at_end()) return false;
  if (token().kind != Token::Kind::name || (text() == "for" && next == "all")) return true;
  return token_after(1).kind == Token::Kind::symbol && next != ";";
}

bool Parser::invariant() {
  syntax::Invariant invariant;
  if (lacks_name()) {
    return fail(
        "an invariant needs a name and ':' before its condition; write 'invariant NAME: ...'");
  }
  if (!name(invariant.name, "an invariant")) return false;
  if (!expect(":", "and the condition of the invariant")) return false;
  const auto condition = expression();
  if (!condition) return false;
  invariant.condition = *condition;
  file_.invariants.push_back(invariant);
  return semicolon("the invariant");
}

bool Parser::on_merge() {
  if (file_.on_merge) {
    return fail(last(), "there is an 'onmerge' already; put all its statements into one");
  }
  if (!is("{")) return fail(fmt::format("expected '{{' after 'onmerge', found {}", found()));
  file_.on_merge = block();
  return file_.on_merge.has_value();
}

bool Parser::expectation() {
  if (file_.expect != Expectation::none) {
    return fail(last(), "there is an 'expect' already; leave one of them out");
  }
  if (is("not")) return fail("'not confluent' is one word; write 'not_confluent'");
  if (text() == "confluent") {
    file_.expect = Expectation::confluent;
  } else if (text() == "not_confluent") {
    file_.expect = Expectation::not_confluent;
  } else {
    return fail(fmt::format("expected 'confluent' or 'not_confluent', found {}", found()));
  }
  skip();
  return semicolon("'expect'");
}

}  // namespace tribunal::spec
