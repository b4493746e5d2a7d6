// A specification (.icf) after parsing and type checking: the data of an application and how
// replicas merge it, its transactions, and the invariants that must hold at every replica.
// docs/confluence.md is the language for its users; the grammar stands in spec/parse.h.
//
// Nodes refer to one another by index into the vectors of Spec, so that a Spec is a plain value.
// Names are resolved: what is left of them here is for messages. Positions do not take part in
// comparisons, so that parsing what was printed gives an equal Spec.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tribunal::spec {

struct Position {
  std::uint32_t line = 0;    // from 1; 0: none
  std::uint32_t column = 0;  // in bytes, from 1
  friend bool operator==(const Position&, const Position&) { return true; }
};

// ---- declarations ----

// How concurrent changes of a variable merge.
enum class Kind : std::uint8_t {
  counter,  // the sum of all changes
  max,      // the greater
  min,      // the smaller
  gset,     // grow-only: elements stay
  tpset,    // two-phase: what was removed stays out for ever
  awset,    // add-wins: a remove takes away only the adds that it had seen
  rwset,    // remove-wins: an add revives only against the removes that it had seen
  lww,      // the value that was written last
};
constexpr bool is_set(Kind kind) { return kind >= Kind::gset && kind <= Kind::rwset; }

struct Type {
  enum class Base : std::uint8_t { integer, boolean, sort, enumeration };
  Base base = Base::integer;
  std::uint32_t index = 0;  // into Spec::sorts or Spec::enums
  friend bool operator==(const Type&, const Type&) = default;
};
// Whether values of the type are 0, 1, ..., so that one can quantify over them and index by them.
constexpr bool is_finite(Type type) {
  return type.base == Type::Base::sort || type.base == Type::Base::enumeration;
}

// Unordered, without structure: elements can only be compared for equality.
struct Sort {
  std::string name;
  std::uint32_t size = 0;  // 0: `auto`, as many as make a complete scope
  Position at{};
  friend bool operator==(const Sort&, const Sort&) = default;
};
struct Enumeration {
  std::string name;
  std::vector<std::string> members;
  Position at{};
  friend bool operator==(const Enumeration&, const Enumeration&) = default;
};
struct Constant {
  std::string name;
  std::int64_t value = 0;
  Position at{};
  friend bool operator==(const Constant&, const Constant&) = default;
};

struct Variable {
  Kind kind = Kind::lww;
  std::string name;
  std::vector<Type> indices;  // finite types; none: a single cell
  Type type{};                // of a cell as read: boolean for sets, integer for counter, max, min
  std::int64_t initial = 0;   // of every cell; sets: 0 (absent) or 1 (present)
  bool initial_given = false;
  Position at{};
  friend bool operator==(const Variable&, const Variable&) = default;
};

// ---- expressions ----

using ExprId = std::uint32_t;
using StatementId = std::uint32_t;
using Slot = std::uint32_t;  // where evaluation keeps a parameter, let or bound variable

enum class Operator : std::uint8_t {
  literal,   // value; of type integer, boolean or enumeration
  constant,  // Spec::constants[value]
  local,     // slot
  read,      // variable `value` at `operands` (its indices)
  negate,    // - a
  not_,
  and_,
  or_,
  implies,
  equal,
  unequal,
  less,
  less_equal,
  greater,
  greater_equal,
  add,
  subtract,
  multiply,
  forall,  // operands: body; a boolean
  exists,
  sum,    // operands: body (an integer), and the condition if there is one
  count,  // operands: body (a boolean): how many; with a condition: body and condition
  maxof,  // operands: body, condition, and what it is where there is none
  minof,
};
constexpr bool is_binder(Operator op) { return op >= Operator::forall; }

struct Expr {
  Operator op = Operator::literal;
  Type type{};
  std::int64_t value = 0;  // literal, or index into constants or variables
  std::vector<ExprId> operands;
  bool where = false;  // binders: whether a condition was given, as operands[1]
  Type domain{};       // binders: what the bound variable ranges over (a finite type)
  Slot slot = 0;       // local; binders: of the bound variable
  std::string name;    // local and binders: of the variable
  Position at{};
  friend bool operator==(const Expr&, const Expr&) = default;
};

// ---- statements ----

enum class StatementKind : std::uint8_t {
  increase,  // variable += value
  decrease,  // variable -= value
  assign,    // variable := value
  add,       // add variable[indices]
  remove,    // remove variable[indices]
  let,       // slot = value, until the end of the block
  if_,       // value: condition; body
  forall,    // for each element of `domain` in order, where `value` holds if given; body
};

struct Statement {
  StatementKind kind = StatementKind::let;
  std::uint32_t variable = 0;
  std::vector<ExprId> indices;
  std::optional<ExprId> value;
  std::vector<StatementId> body;
  Type domain{};
  Slot slot = 0;     // let, forall
  std::string name;  // let, forall
  Position at{};
  friend bool operator==(const Statement&, const Statement&) = default;
};

// ---- transactions, invariants ----

enum class Minted : std::uint8_t {
  no,     // the caller chooses the argument
  fresh,  // an element of its sort that no transaction was ever given before
  self,   // the element of its sort that stands for the replica which executes
};
struct Parameter {
  std::string name;
  Type type{};
  Minted minted = Minted::no;
  Position at{};
  friend bool operator==(const Parameter&, const Parameter&) = default;
};

struct Transaction {
  std::string name;
  std::vector<Parameter> parameters;  // slots 0, 1, ... in this order
  std::optional<ExprId> guard;        // `requires`
  std::vector<StatementId> body;
  Slot slots = 0;  // that guard and body need, parameters included
  Position at{};
  friend bool operator==(const Transaction&, const Transaction&) = default;
};

struct Invariant {
  std::string name;
  ExprId condition = 0;
  Slot slots = 0;
  Position at{};
  friend bool operator==(const Invariant&, const Invariant&) = default;
};

enum class Expectation : std::uint8_t { none, confluent, not_confluent };

struct Spec {
  std::vector<Sort> sorts;
  std::vector<Enumeration> enums;
  std::vector<Constant> constants;
  std::vector<Variable> variables;
  std::vector<Transaction> transactions;
  std::vector<Invariant> invariants;
  std::vector<StatementId> on_merge;
  Slot on_merge_slots = 0;
  bool has_on_merge = false;
  Expectation expect = Expectation::none;

  std::vector<Expr> exprs;
  std::vector<Statement> statements;

  friend bool operator==(const Spec&, const Spec&) = default;
};

const char* name_of(Kind kind);
std::string name_of(const Spec& spec, Type type);

}  // namespace tribunal::spec
