// A specification as it is written: names are not resolved and nothing has a type yet. Nodes refer
// to one another by index; names are views of the text.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "spec/ast.h"
#include "spec/source.h"

namespace tribunal::spec::syntax {

using NodeId = std::uint32_t;
using BlockId = std::uint32_t;

struct Name {
  std::string_view text;
  Span span;
};

// What a quantifier, sum or loop binds: `a, b: User`.
struct Binding {
  std::vector<Name> names;
  Name domain;
};

struct Node {
  enum class Form : std::uint8_t {
    integer,    // value
    boolean,    // value
    name,       // name; operands: indices
    operation,  // op
    binder,     // op, binding; operands as in Expr
  };
  Form form = Form::integer;
  Operator op = Operator::literal;
  bool indexed = false;      // name: brackets were written
  bool where = false;        // binder
  std::uint32_t height = 1;  // of the tree below
  std::int64_t value = 0;
  Name name;
  Binding binding;
  std::vector<NodeId> operands;
  Span span;
  Span symbol;  // operation: of its operator
};

// A place that a statement changes.
struct Target {
  Name name;
  bool indexed = false;
  std::vector<NodeId> indices;
  Span span;
};

struct Statement {
  StatementKind kind = StatementKind::let;
  Target target;    // increase ... remove
  Name name;        // let
  Binding binding;  // forall
  std::optional<NodeId> value;
  BlockId body = 0;  // if_, forall
  Span span;         // of its first word
  Span symbol;       // of := += -= add remove
};
using Block = std::vector<Statement>;

struct Sort {
  Name name;
  std::uint32_t size = 0;
};
struct Enumeration {
  Name name;
  std::vector<Name> members;
};
struct Constant {
  Name name;
  std::int64_t value = 0;
};
struct Variable {
  Kind kind = Kind::lww;
  Name name;
  std::vector<Name> indices;
  std::optional<Name> type;
  std::optional<NodeId> initial;
};
struct Parameter {
  Name name;
  Name type;
  Minted minted = Minted::no;
};
struct Transaction {
  Name name;
  std::vector<Parameter> parameters;
  std::optional<NodeId> guard;
  BlockId body = 0;
};
struct Invariant {
  Name name;
  NodeId condition = 0;
};

struct File {
  std::vector<Sort> sorts;
  std::vector<Enumeration> enums;
  std::vector<Constant> constants;
  std::vector<Variable> variables;
  std::vector<Transaction> transactions;
  std::vector<Invariant> invariants;
  std::optional<BlockId> on_merge;
  Expectation expect = Expectation::none;

  std::vector<Node> nodes;
  std::vector<Block> blocks;
  Span end;  // behind the last item
};

}  // namespace tribunal::spec::syntax
