// From a syntax tree to a Spec: resolves names and checks types. Everything may be used before it
// is declared. The nodes of the Spec come in an order that depends on the tree alone, operands
// first, so that equal trees give equal Specs.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "spec/ast.h"
#include "spec/source.h"
#include "spec/syntax.h"

namespace tribunal::spec {

class Resolver {
 public:
  Resolver(const Source& source, const syntax::File& file) : source_(source), file_(file) {}

  Result<Spec, Diagnostic> run();

 private:
  template <class T>
  using Maybe = std::optional<T>;

  // What a name outside of ops stands for.
  struct Global {
    enum class What : std::uint8_t { sort, enumeration, member, constant, variable };
    What what = What::variable;
    std::uint32_t index = 0;
    std::uint32_t member = 0;
    syntax::Name name;
  };
  struct Local {
    Type type{};
    Slot slot = 0;
    syntax::Name name;
  };

  // resolver.cpp: declarations
  bool declare();
  bool declare(std::vector<Global> globals);
  bool enter_types();
  bool enter_variables();
  bool enter_variable(const syntax::Variable& variable);
  bool variable_type(const syntax::Variable& from, Variable& to);
  bool initial(const syntax::Variable& from, Variable& to);
  bool count_cells();
  bool transactions();
  bool transaction(const syntax::Transaction& from);
  bool parameter(const syntax::Parameter& from, Transaction& to);
  bool on_merge();
  bool invariants();
  bool complete();
  template <class Items>
  bool distinct(const Items& items, std::string_view what);
  Maybe<Type> type(const syntax::Name& name);
  Failed no_type(const syntax::Name& name);
  Maybe<Type> finite_type(const syntax::Name& name, std::string_view what);

  // resolver_statements.cpp
  bool block(syntax::BlockId id, std::vector<StatementId>& to);
  Maybe<StatementId> statement(const syntax::Statement& from);
  bool change(const syntax::Statement& from, Statement& to);
  bool let(const syntax::Statement& from, Statement& to);
  Maybe<StatementId> loop(const syntax::Statement& from, std::size_t bound);
  bool condition(syntax::NodeId node, std::string_view of, Maybe<ExprId>& to);

  // resolver_expressions.cpp
  Maybe<ExprId> expression(syntax::NodeId id);
  Maybe<ExprId> boolean(syntax::NodeId id, std::string_view of);
  Maybe<ExprId> integer(syntax::NodeId id, std::string_view of);
  Maybe<ExprId> name(const syntax::Node& node);
  Maybe<ExprId> global(const syntax::Node& node, const Global& global);
  Maybe<ExprId> read(const syntax::Node& node, std::uint32_t variable);
  bool indices(const syntax::Name& name, Span span, const std::vector<syntax::NodeId>& from,
               std::uint32_t variable, std::vector<ExprId>& to);
  Maybe<ExprId> operation(const syntax::Node& node);
  Maybe<ExprId> logic(const syntax::Node& node);
  Maybe<ExprId> arithmetic(const syntax::Node& node);
  Maybe<ExprId> equality(const syntax::Node& node);
  Maybe<ExprId> binder(const syntax::Node& node, std::size_t bound);
  Maybe<ExprId> innermost(const syntax::Node& node, Expr expr);
  Maybe<syntax::NodeId> may_swallow(const syntax::Node& binder) const;
  std::string swallows() const;
  Maybe<ExprId> add(Expr expr);
  Failed unknown(const syntax::Name& name, std::string_view what,
                 const std::vector<std::string>& valid);
  std::vector<std::string> values_in_scope() const;

  // Locals, of which no two in scope have one name.
  Maybe<Slot> bind(const syntax::Name& name, Type type);
  void unbind(const syntax::Name& name) { locals_.erase(name.text); }
  Maybe<Slot> enter_scope_of(const syntax::Binding& binding, std::size_t bound, Type& domain);
  Slot leave();  // how many slots were used

  std::string type_name(Type type) const { return name_of(spec_, type); }
  Type type_of(ExprId expr) const { return spec_.exprs[expr].type; }
  Position position(Span span) const { return source_.position(span.begin); }
  std::uint32_t line(Span span) const { return position(span).line; }
  Failed fail(Span span, std::string message);

  const Source& source_;
  const syntax::File& file_;
  Spec spec_;
  std::map<std::string_view, Global, std::less<>> globals_;
  std::map<std::string_view, Local, std::less<>> locals_;
  Slot slots_ = 0;
  Maybe<syntax::NodeId> swallowed_;  // see may_swallow
  std::string_view swallowing_;      // the binder that does: count or sum
  bool merging_ = false;             // inside of `onmerge`
  Maybe<Diagnostic> error_;
};

inline constexpr Type integer_type{Type::Base::integer, 0};
inline constexpr Type boolean_type{Type::Base::boolean, 0};

}  // namespace tribunal::spec
