// Looking at tokens, and the errors that every rule can have.
#include <fmt/format.h>

#include "base/text.h"
#include "spec/parser.h"

namespace tribunal::spec {

const Token& Parser::token_after(std::size_t ahead) const {
  return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
}

bool Parser::is(std::string_view what) const {
  return token().kind != Token::Kind::name && !at_end() && text() == what;
}

bool Parser::accept(std::string_view what) {
  if (!is(what)) return false;
  ++at_;
  return true;
}

bool Parser::name(syntax::Name& to, std::string_view what) {
  if (token().kind == Token::Kind::reserved) {
    return fail(
        fmt::format("'{0}' is a reserved word and cannot be the name of {1}; choose another, "
                    "such as 'my_{0}'",
                    text(), what));
  }
  if (token().kind != Token::Kind::name) {
    return fail(fmt::format("expected the name of {}, found {}", what, found()));
  }
  to = {text(), span()};
  skip();
  return true;
}

bool Parser::type_name(syntax::Name& to, std::string_view what) {
  if (token().kind != Token::Kind::name && !is("int") && !is("bool")) {
    return fail(fmt::format("expected the type of {} (int, bool, a sort or an enum), found {}",
                            what, found()));
  }
  to = {text(), span()};
  skip();
  return true;
}

bool Parser::expect(std::string_view what, std::string_view where) {
  if (accept(what)) return true;
  return fail(fmt::format("expected '{}' {}, found {}", what, where, found()));
}

// Where another statement begins, the ';' is missing behind the last one; elsewhere, the last one
// goes on with what it cannot contain.
bool Parser::semicolon(std::string_view after) {
  if (accept(";")) return true;
  if (token().kind == Token::Kind::symbol && !is("}")) {
    return fail(fmt::format("expected ';' after {}, found {}", after, found()));
  }
  return fail(behind(last()), fmt::format("expected ';' after {}", after));
}

bool Parser::close(std::string_view what, Span opened) {
  if (accept(what)) return true;
  if (at_end()) {
    return fail(opened,
                fmt::format("{} is never closed; add '{}'", quoted(source_.text(opened)), what));
  }
  return fail(fmt::format("expected '{}' to close {} of line {}, found {}", what,
                          quoted(source_.text(opened)), source_.position(opened.begin).line,
                          found()));
}

std::string Parser::found() const { return at_end() ? "the end of the file" : quoted(text()); }

Failed Parser::fail(Span span, std::string message) {
  if (!error_) error_ = source_.diagnostic(span, std::move(message));
  return {};
}

bool Parser::deeper() {
  if (depth_ < deepest_nesting) return true;
  return fail(
      fmt::format("nested deeper than {} levels; split it into several parts", deepest_nesting));
}

}  // namespace tribunal::spec
