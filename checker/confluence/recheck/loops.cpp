#include "checker/confluence/recheck/loops.h"

#include <algorithm>

#include <fmt/format.h>

namespace tribunal::checker::confluence::recheck {

using spec::Expr;
using spec::ExprId;
using spec::Statement;
using spec::StatementKind;

namespace {

class Places {
 public:
  Places(const spec::Spec& spec, const Statement& loop, std::uint32_t variable)
      : spec_(spec), loop_(loop), variable_(variable) {
    for (std::uint32_t i = 0; i < spec.variables[variable].indices.size(); ++i) left_.push_back(i);
  }

  std::optional<std::uint32_t> find() {
    if (loop_.value) expression(*loop_.value);
    for (const spec::StatementId id : loop_.body) statement(spec_.statements[id]);
    return left_.empty() ? std::nullopt : std::optional(left_.front());
  }

 private:
  void statement(const Statement& s) {
    if (s.kind < StatementKind::let && s.variable == variable_) keep(s.indices);
    for (const ExprId index : s.indices) expression(index);
    if (s.value) expression(*s.value);
    for (const spec::StatementId id : s.body) statement(spec_.statements[id]);
  }

  void expression(ExprId id) {
    const Expr& e = spec_.exprs[id];
    if (e.op == spec::Operator::read && e.value == variable_) keep(e.operands);
    for (const ExprId operand : e.operands) expression(operand);
  }

  void keep(const std::vector<ExprId>& indices) {
    std::erase_if(left_, [&](std::uint32_t i) {
      const Expr& index = spec_.exprs[indices[i]];
      return index.op != spec::Operator::local || index.slot != loop_.slot;
    });
  }

  const spec::Spec& spec_;
  const Statement& loop_;
  std::uint32_t variable_;
  std::vector<std::uint32_t> left_;
};

void collect(const spec::Spec& spec, const std::vector<spec::StatementId>& statements,
             std::vector<std::uint32_t>& found) {
  for (const spec::StatementId id : statements) {
    const Statement& s = spec.statements[id];
    if (s.kind < StatementKind::let) found.push_back(s.variable);
    collect(spec, s.body, found);
  }
}

}  // namespace

std::vector<std::uint32_t> changed_by(const spec::Spec& spec,
                                      const std::vector<spec::StatementId>& statements) {
  std::vector<std::uint32_t> found;
  collect(spec, statements, found);
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

std::optional<std::uint32_t> place_in(const spec::Spec& spec, const Statement& loop,
                                      std::uint32_t variable) {
  return Places(spec, loop, variable).find();
}

std::string obstacle_to_open_sorts(const spec::Spec& spec) {
  for (const Statement& s : spec.statements) {
    const bool loop = s.kind == StatementKind::forall && s.domain.base == spec::Type::Base::sort;
    if (!loop) continue;
    for (const std::uint32_t v : changed_by(spec, s.body)) {
      if (place_in(spec, s, v)) continue;
      return fmt::format("the rounds of a loop over {} depend on one another by {}",
                         spec.sorts[s.domain.index].name, spec.variables[v].name);
    }
  }
  return {};
}

}  // namespace tribunal::checker::confluence::recheck
