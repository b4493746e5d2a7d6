#include "spec/print.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "spec/precedence.h"

namespace tribunal::spec {
namespace {

constexpr std::array<std::string_view, 6> binder_words{"forall", "exists", "sum",
                                                       "count",  "maxof",  "minof"};

std::string_view word_of(Operator binder) {
  return binder_words[static_cast<std::size_t>(binder) -
                      static_cast<std::size_t>(Operator::forall)];
}

std::string literal_of(const Spec& spec, Type type, std::int64_t value) {
  if (type.base == Type::Base::boolean) return value != 0 ? "true" : "false";
  if (type.base != Type::Base::enumeration) return fmt::format("{}", value);
  return spec.enums[type.index].members[static_cast<std::size_t>(value)];
}

class Printer {
 public:
  explicit Printer(const Spec& spec) : spec_(spec) {}

  // `loosest`: what binds less tightly stands in parentheses. `followed`: so does what would take
  // the operator that comes next for a part of its body.
  void expression(ExprId id, int loosest, bool followed);
  void block(const std::vector<StatementId>& statements);
  void all();
  std::string take() { return std::move(out_); }

 private:
  void binary(const Expr& expr, const Infix& infix, bool followed);
  void binder(const Expr& expr);
  void cell(std::uint32_t variable, const std::vector<ExprId>& indices);
  void statement(const Statement& statement);
  void loop(const Statement& statement);
  void declarations();
  void variable(const Variable& variable);
  void transaction(const Transaction& op);
  bool parenthesised(const Expr& expr, int loosest, bool followed) const;
  void line(std::string_view text) { out_.append(indent_, ' ').append(text).append("\n"); }

  const Spec& spec_;
  std::string out_;
  std::size_t indent_ = 0;
};

const Infix* infix_of(Operator op) {
  const auto found = std::find_if(infixes.begin(), infixes.end(),
                                  [&](const Infix& infix) { return infix.op == op; });
  return found == infixes.end() ? nullptr : &*found;
}

bool Printer::parenthesised(const Expr& expr, int loosest, bool followed) const {
  if (is_binder(expr.op)) return followed;
  if (expr.op == Operator::not_) return loosest > precedence_of_not;
  const Infix* const infix = infix_of(expr.op);
  return infix != nullptr && infix->precedence < loosest;
}

void Printer::expression(ExprId id, int loosest, bool followed) {
  const Expr& expr = spec_.exprs[id];
  if (parenthesised(expr, loosest, followed)) {
    out_ += '(';
    expression(id, 0, false);
    out_ += ')';
    return;
  }
  if (is_binder(expr.op)) return binder(expr);
  if (const Infix* const infix = infix_of(expr.op)) return binary(expr, *infix, followed);
  switch (expr.op) {
    case Operator::constant:
      out_ += spec_.constants[static_cast<std::size_t>(expr.value)].name;
      break;
    case Operator::local:
      out_ += expr.name;
      break;
    case Operator::read:
      cell(static_cast<std::uint32_t>(expr.value), expr.operands);
      break;
    case Operator::not_:
      out_ += "not ";
      expression(expr.operands[0], precedence_of_not, followed);
      break;
    case Operator::negate: {
      // A minus before digits would become part of the number.
      const Expr& operand = spec_.exprs[expr.operands[0]];
      const bool number = operand.op == Operator::literal && operand.value >= 0;
      out_ += number ? "-(" : "-";
      expression(expr.operands[0], precedence_of_minus, followed && !number);
      if (number) out_ += ')';
      break;
    }
    default:
      out_ += literal_of(spec_, expr.type, expr.value);
  }
}

void Printer::binary(const Expr& expr, const Infix& infix, bool followed) {
  const bool to_the_right = expr.op == Operator::implies;
  const bool chains = infix.precedence != precedence_of_comparisons;
  const int tighter = infix.precedence + 1;
  expression(expr.operands[0], chains && !to_the_right ? infix.precedence : tighter, true);
  out_.append(" ").append(infix.text).append(" ");
  expression(expr.operands[1], to_the_right ? infix.precedence : tighter, followed);
}

// Nested binders over one domain become one with several names, as parse() reads it.
void Printer::binder(const Expr& outermost) {
  const Expr* innermost = &outermost;
  std::string names = outermost.name;
  const bool extremum = outermost.op == Operator::maxof || outermost.op == Operator::minof;
  while (!extremum && !innermost->where) {
    const Expr& body = spec_.exprs[innermost->operands[0]];
    const bool same =
        body.op == innermost->op || (innermost->op == Operator::sum && body.op == Operator::count);
    if (!is_binder(body.op) || !same || body.domain != outermost.domain) break;
    innermost = &body;
    names += ", " + body.name;
  }
  out_ += fmt::format("{} {}: {}", word_of(innermost->op), names, name_of(spec_, outermost.domain));
  if (innermost->where) {
    out_ += " where ";
    expression(innermost->operands[1], 0, false);
  }
  out_ += " . ";
  expression(innermost->operands[0], 0, false);
  if (!extremum) return;
  out_ += " else ";
  expression(innermost->operands[2], 0, false);
}

void Printer::cell(std::uint32_t variable, const std::vector<ExprId>& indices) {
  out_ += spec_.variables[variable].name;
  for (std::size_t i = 0; i < indices.size(); ++i) {
    out_ += i == 0 ? "[" : ", ";
    expression(indices[i], 0, false);
  }
  if (!indices.empty()) out_ += ']';
}

void Printer::block(const std::vector<StatementId>& statements) {
  out_ += "{\n";
  indent_ += 2;
  for (const StatementId id : statements) statement(spec_.statements[id]);
  indent_ -= 2;
  line("}");
}

void Printer::statement(const Statement& statement) {
  if (statement.kind == StatementKind::forall) return loop(statement);
  out_.append(indent_, ' ');
  switch (statement.kind) {
    case StatementKind::let:
      out_ += "let " + statement.name + " = ";
      expression(*statement.value, 0, false);
      break;
    case StatementKind::if_:
      out_ += "if ";
      expression(*statement.value, 0, false);
      out_ += ' ';
      return block(statement.body);
    case StatementKind::add:
    case StatementKind::remove:
      out_ += statement.kind == StatementKind::add ? "add " : "remove ";
      cell(statement.variable, statement.indices);
      break;
    default:
      cell(statement.variable, statement.indices);
      out_ += statement.kind == StatementKind::increase   ? " += "
              : statement.kind == StatementKind::decrease ? " -= "
                                                          : " := ";
      expression(*statement.value, 0, false);
  }
  out_ += ";\n";
}

void Printer::loop(const Statement& outermost) {
  const Statement* innermost = &outermost;
  std::string names = outermost.name;
  while (!innermost->value && innermost->body.size() == 1) {
    const Statement& body = spec_.statements[innermost->body[0]];
    if (body.kind != StatementKind::forall || body.domain != outermost.domain) break;
    innermost = &body;
    names += ", " + body.name;
  }
  out_.append(indent_, ' ');
  out_ += fmt::format("forall {}: {} ", names, name_of(spec_, outermost.domain));
  if (innermost->value) {
    out_ += "where ";
    expression(*innermost->value, 0, false);
    out_ += ' ';
  }
  block(innermost->body);
}

void Printer::variable(const Variable& variable) {
  out_ += fmt::format("{} {}", name_of(variable.kind), variable.name);
  for (std::size_t i = 0; i < variable.indices.size(); ++i) {
    out_ += (i == 0 ? "[" : ", ") + name_of(spec_, variable.indices[i]);
  }
  if (!variable.indices.empty()) out_ += ']';
  if (variable.kind == Kind::lww) out_ += ": " + name_of(spec_, variable.type);
  if (variable.initial_given) out_ += " = " + literal_of(spec_, variable.type, variable.initial);
  out_ += ";\n";
}

void Printer::transaction(const Transaction& op) {
  std::vector<std::string> parameters;
  for (const Parameter& each : op.parameters) {
    const char* const minted = each.minted == Minted::fresh  ? "fresh "
                               : each.minted == Minted::self ? "self "
                                                             : "";
    parameters.push_back(minted + each.name + ": " + name_of(spec_, each.type));
  }
  out_ += fmt::format("\nop {}({})", op.name, join(parameters, ", "));
  if (op.guard) {
    out_ += "\n  requires ";
    expression(*op.guard, 0, false);
  }
  out_ += op.guard ? "\n" : " ";
  block(op.body);
}

void Printer::declarations() {
  for (const Sort& sort : spec_.sorts) {
    line(fmt::format("sort {}[{}];", sort.name,
                     sort.size == 0 ? "auto" : std::to_string(sort.size)));
  }
  for (const Enumeration& each : spec_.enums) {
    line(fmt::format("enum {} {{ {} }};", each.name, join(each.members, ", ")));
  }
  for (const Constant& each : spec_.constants) {
    line(fmt::format("const {} = {};", each.name, each.value));
  }
  for (const Variable& each : spec_.variables) variable(each);
}

void Printer::all() {
  declarations();
  for (const Transaction& each : spec_.transactions) transaction(each);
  if (spec_.has_on_merge) {
    out_ += "\nonmerge ";
    block(spec_.on_merge);
  }
  out_ += '\n';
  for (const Invariant& each : spec_.invariants) {
    out_ += "invariant " + each.name + ": ";
    expression(each.condition, 0, false);
    out_ += ";\n";
  }
  if (spec_.expect == Expectation::confluent) out_ += "\nexpect confluent;\n";
  if (spec_.expect == Expectation::not_confluent) out_ += "\nexpect not_confluent;\n";
}

}  // namespace

std::string print(const Spec& spec) {
  Printer printer(spec);
  printer.all();
  return printer.take();
}

std::string print_expr(const Spec& spec, ExprId expr) {
  Printer printer(spec);
  printer.expression(expr, 0, false);
  return printer.take();
}

}  // namespace tribunal::spec
