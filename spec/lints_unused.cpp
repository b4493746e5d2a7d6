// Declarations that nothing uses, or only half.
#include <fmt/format.h>

#include "spec/lint_rules.h"
#include "spec/policy.h"
#include "spec/source.h"
#include "spec/walk.h"

namespace tribunal::spec {
namespace {

struct Used {
  std::vector<bool> read, changed;  // by variable
  std::vector<bool> sorts, enums;

  explicit Used(const Spec& spec)
      : read(spec.variables.size()),
        changed(spec.variables.size()),
        sorts(spec.sorts.size()),
        enums(spec.enums.size()) {
    for (const Variable& variable : spec.variables) {
      use(variable.type);
      for (const Type index : variable.indices) use(index);
    }
    for (const Expr& expr : spec.exprs) {
      use(expr.type);
      if (expr.op == Operator::read) read[static_cast<std::size_t>(expr.value)] = true;
      if (is_binder(expr.op)) use(expr.domain);
    }
    for (const Statement& statement : spec.statements) {
      if (is_change(statement.kind)) changed[statement.variable] = true;
      if (statement.kind == StatementKind::forall) use(statement.domain);
    }
    for (const Transaction& op : spec.transactions) {
      for (const Parameter& parameter : op.parameters) use(parameter.type);
    }
  }

 private:
  void use(Type type) {
    if (type.base == Type::Base::sort) sorts[type.index] = true;
    if (type.base == Type::Base::enumeration) enums[type.index] = true;
  }
};

void lint_variables(const Spec& spec, const Used& used, Lints& to) {
  for (std::size_t v = 0; v < spec.variables.size(); ++v) {
    const Variable& variable = spec.variables[v];
    if (used.read[v] && used.changed[v]) continue;
    const std::string is = noun(variable.kind) + " " + quoted(variable.name);
    warn(to, variable.at, variable.name,
         used.read[v] ? is + " is read but never changed; add an op that changes it"
         : used.changed[v]
             ? is + " is changed but never read, so no guard and no invariant depends "
                    "on it; leave it out, or say what must be true of it"
             : is + " is never used; leave it out");
  }
}

void lint_types(const Spec& spec, const Used& used, Lints& to) {
  for (std::size_t s = 0; s < spec.sorts.size(); ++s) {
    const Sort& sort = spec.sorts[s];
    if (used.sorts[s]) continue;
    warn(to, sort.at, sort.name, "sort " + quoted(sort.name) + " is never used; leave it out");
  }
  for (std::size_t e = 0; e < spec.enums.size(); ++e) {
    const Enumeration& all = spec.enums[e];
    if (used.enums[e]) continue;
    warn(to, all.at, all.name, "enum " + quoted(all.name) + " is never used; leave it out");
  }
}

// Which slots are read: by anything, and by what stays in the state.
struct Slots {
  std::vector<bool> read, stored;
};
Slots slots_of(const Spec& spec, const Transaction& op) {
  Slots slots{std::vector<bool>(op.slots), std::vector<bool>(op.slots)};
  each_expr_of(spec, op, [&](const Expr& expr) {
    if (expr.op == Operator::local) slots.read[expr.slot] = true;
  });
  each_statement(spec, op.body, [&](const Statement& statement) {
    if (!is_change(statement.kind) && statement.kind != StatementKind::let) return;
    each_expr_of(spec, statement, [&](const Expr& expr) {
      if (expr.op == Operator::local) slots.stored[expr.slot] = true;
    });
  });
  return slots;
}

void lint_locals(const Spec& spec, const Transaction& op, Lints& to) {
  const Slots slots = slots_of(spec, op);
  for (std::size_t p = 0; p < op.parameters.size(); ++p) {
    const Parameter& parameter = op.parameters[p];
    if (!slots.read[p]) {
      warn(to, parameter.at, parameter.name,
           fmt::format("parameter {} is never used; leave it out", quoted(parameter.name)));
    } else if (parameter.minted == Minted::fresh && !slots.stored[p]) {
      warn(to, parameter.at, parameter.name,
           fmt::format(
               "{} is minted, but no statement stores it; add it to a set, or let the caller "
               "choose it",
               quoted(parameter.name)));
    }
  }
  each_statement(spec, op.body, [&](const Statement& statement) {
    if (statement.kind != StatementKind::let || slots.read[statement.slot]) return;
    warn(to, statement.at, "let",
         fmt::format("{} is never used; leave it out", quoted(statement.name)));
  });
}

}  // namespace

void lint_unused(const Spec& spec, Lints& to) {
  const Used used(spec);
  lint_variables(spec, used, to);
  lint_types(spec, used, to);
  for (const Transaction& op : spec.transactions) lint_locals(spec, op, to);
}

}  // namespace tribunal::spec
