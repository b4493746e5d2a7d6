#include "checker/confluence/encoding/problem.h"

#include <fmt/format.h>

namespace tribunal::checker::confluence::encoding {

using spec::Minted;
using spec::Parameter;

Slots Problem::arguments(std::uint32_t transaction, const std::string& name, Terms& facts) const {
  const spec::Transaction& t = spec().transactions[transaction];
  Slots slots = evaluator_.slots(t.slots);
  for (std::size_t p = 0; p < t.parameters.size(); ++p) {
    const Parameter& parameter = t.parameters[p];
    const std::string constant = fmt::format("{}.{}", name, parameter.name);
    if (parameter.type.base == spec::Type::Base::boolean) {
      slots[p] = builder_.boolean(constant);
      continue;
    }
    slots[p] = builder_.integer(constant);
    if (!spec::is_finite(parameter.type)) continue;
    facts.push_back(builder_.less_equal(builder_.zero(), slots[p]));
    facts.push_back(builder_.less(slots[p], builder_.number(layout().size_of(parameter.type))));
  }
  return slots;
}

Term Problem::unused(std::uint32_t transaction, const Slots& arguments,
                     const Symbolic& state) const {
  const std::vector<Parameter>& parameters = spec().transactions[transaction].parameters;
  Term result = builder_.yes();
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    if (parameters[p].minted != Minted::fresh) continue;
    const Terms& used = state.used[parameters[p].type.index];
    for (std::size_t i = 0; i < used.size(); ++i) {
      const Term named = builder_.equal(arguments[p], builder_.number(static_cast<int>(i)));
      result = builder_.and_(result, builder_.not_(builder_.and_(named, used[i])));
    }
    for (std::size_t q = 0; q < p; ++q) {  // two fresh arguments of one transaction differ
      if (parameters[q].minted != Minted::fresh || parameters[q].type != parameters[p].type)
        continue;
      result = builder_.and_(result, builder_.unequal(arguments[p], arguments[q]));
    }
  }
  return result;
}

Term Problem::apart(std::uint32_t a, const Slots& arguments_a, std::uint32_t b,
                    const Slots& arguments_b) const {
  const std::vector<Parameter>& left = spec().transactions[a].parameters;
  const std::vector<Parameter>& right = spec().transactions[b].parameters;
  Term result = builder_.yes();
  for (std::size_t p = 0; p < left.size(); ++p) {
    for (std::size_t q = 0; q < right.size(); ++q) {
      const bool minted = left[p].minted != Minted::no && left[p].minted == right[q].minted;
      if (!minted || left[p].type != right[q].type) continue;
      result = builder_.and_(result, builder_.unequal(arguments_a[p], arguments_b[q]));
    }
  }
  return result;
}

Term Problem::after(const Term& time, const Symbolic& state) const {
  Term result = builder_.less(builder_.zero(), time);
  for (spec::Cell cell = 0; cell < state.cells.size(); ++cell) {
    if (layout().kind_of(cell) != spec::Kind::lww) continue;
    result = builder_.and_(result, builder_.less(state.cells[cell].time, time));
  }
  return result;
}

Query::Query(Problem& problem)
    : problem_(problem), solver_(problem.context(), z3::solver::simple()) {
  z3::params params(problem.context());
  params.set("rlimit", problem.effort());
  solver_.set(params);
}

Answer Query::check() {
  ++problem_.questions();
  switch (solver_.check()) {
    case z3::unsat:
      return Answer::impossible;
    case z3::sat:
      model_ = std::make_unique<z3::model>(solver_.get_model());
      return Answer::possible;
    default:
      return Answer::unknown;
  }
}

std::int64_t Query::value(const Term& term) {
  const Term found = model_->eval(term, true);
  if (found.is_bool()) return problem_.builder().is_yes(found) ? 1 : 0;
  std::int64_t number = 0;
  return found.is_numeral_i64(number) ? number : 0;
}

std::vector<std::int64_t> Query::values(const Terms& terms) {
  std::vector<std::int64_t> found;
  for (const Term& term : terms) found.push_back(value(term));
  return found;
}

}  // namespace tribunal::checker::confluence::encoding
