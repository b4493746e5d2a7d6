// From tokens to a syntax tree, by recursive descent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "spec/lexer.h"
#include "spec/syntax.h"

namespace tribunal::spec {

bool begins_item(std::string_view word);  // sort, op, invariant, ...

class Parser {
 public:
  Parser(const Source& source, std::vector<Token> tokens)
      : source_(source), tokens_(std::move(tokens)) {}

  Result<syntax::File, Diagnostic> run();

 private:
  using NodeId = syntax::NodeId;
  template <class T>
  using Maybe = std::optional<T>;

  // parser.cpp: items
  bool item();
  bool sort();
  bool enumeration();
  bool constant();
  bool variable(Kind kind);
  bool transaction();
  bool parameter(std::vector<syntax::Parameter>& to);
  Failed parameter_reversed(std::string_view minted);
  bool names_type(std::string_view word) const;
  bool invariant();
  bool lacks_name();
  bool on_merge();
  bool expectation();
  Failed unknown_item();

  // parser_statements.cpp
  Maybe<syntax::BlockId> block();
  bool statement(syntax::Block& to);
  bool change(syntax::Block& to);
  bool membership(syntax::Block& to, StatementKind kind);
  Failed not_a_cell(std::string_view verb, std::string_view name);
  bool let(syntax::Block& to);
  bool condition(syntax::Block& to);
  bool loop(syntax::Block& to);
  bool target(syntax::Target& to);
  Failed unknown_statement();
  Failed unknown_word();

  // parser_expressions.cpp
  Maybe<NodeId> expression(int loosest);
  Maybe<NodeId> expression() { return expression(0); }
  Maybe<NodeId> prefix(int loosest);
  Maybe<NodeId> negation(int loosest);
  Maybe<NodeId> minus();
  Maybe<NodeId> integer(bool negative, Span from);
  Maybe<NodeId> name_use();
  Maybe<NodeId> parenthesised();
  Maybe<NodeId> binder(Operator op);
  bool binder_parts(syntax::Node& node);
  bool indices(std::vector<NodeId>& to);
  bool binding(syntax::Binding& to, std::string_view what);
  Maybe<NodeId> add(syntax::Node node);
  Maybe<NodeId> infix(NodeId left, int loosest, bool& more);
  Failed not_an_expression();
  bool no_operator();

  // Tokens.
  const Token& token() const { return tokens_[at_]; }
  const Token& token_after(std::size_t ahead) const;
  std::string_view text() const { return source_.text(token().span); }
  Span span() const { return token().span; }
  Span last() const { return at_ == 0 ? Span{} : tokens_[at_ - 1].span; }
  bool is(std::string_view what) const;
  bool at_end() const { return token().kind == Token::Kind::end; }
  bool accept(std::string_view what);
  void skip() {
    if (!at_end()) ++at_;
  }

  // Parts common to several. `where` and `remedy` complete the messages.
  bool name(syntax::Name& to, std::string_view what);
  bool type_name(syntax::Name& to, std::string_view what);
  bool expect(std::string_view what, std::string_view where);
  bool semicolon(std::string_view after);
  bool close(std::string_view what, Span opened);
  std::string found() const;
  Failed fail(Span span, std::string message);
  Failed fail(std::string message) {
    return fail(at_end() ? behind(last()) : span(), std::move(message));
  }
  bool deeper();

  struct Deeper {  // while it lives, one level is open
    explicit Deeper(Parser& parser) : parser_(parser) { ++parser_.depth_; }
    ~Deeper() { --parser_.depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;

   private:
    Parser& parser_;
  };

  const Source& source_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::uint32_t depth_ = 0;
  syntax::File file_;
  Maybe<Diagnostic> error_;
};

}  // namespace tribunal::spec
