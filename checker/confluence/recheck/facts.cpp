#include "checker/confluence/recheck/facts.h"

namespace tribunal::checker::confluence::recheck {

using spec::Kind;
using spec::Variable;
using Form = Fact::Form;

namespace {

// Whether any transaction has ever left a trace in the cell.
Formula touched(Logic& logic, const Variable& v, const VariableState& s, const Formulas& at) {
  switch (v.kind) {
    case Kind::counter:
    case Kind::max:
    case Kind::min:
      return negation(same(s.value(at), logic.number(v.initial)));
    case Kind::lww:
      return s.time(at) > 0;
    case Kind::gset:
      return s.added(at);
    case Kind::tpset:
      return either(s.added(at), s.removed(at));
    case Kind::awset:
      return tagged(logic, s)(at);
    case Kind::rwset:
      break;
  }
  return either(s.added(at), tagged(logic, s)(at));
}

}  // namespace

bool fits(const spec::Spec& spec, const Fact& fact) {
  if (fact.a >= spec.variables.size()) return false;
  const Variable& a = spec.variables[fact.a];
  const bool pair = fact.form >= Form::subset && fact.form != Form::minted;
  if (pair && fact.b >= spec.variables.size()) return false;
  const Variable& b = spec.variables[pair ? fact.b : fact.a];
  if (a.indices != b.indices) return false;
  const auto is = [](const Variable& v, spec::Type::Base base) { return v.type.base == base; };
  switch (fact.form) {
    case Form::at_least:
    case Form::at_most:
      return is(a, spec::Type::Base::integer);
    case Form::unchanged:
      return true;
    case Form::never_removed:
    case Form::removed_within:
      return a.kind == Kind::tpset;
    case Form::never_added:
      return a.kind == Kind::tpset || a.kind == Kind::rwset;
    case Form::removes_within:
      return a.kind == Kind::rwset && is(b, spec::Type::Base::boolean);
    case Form::has_value:
      return spec::is_set(a.kind) && b.kind == Kind::lww && !is(b, spec::Type::Base::sort);
    case Form::subset:
      return is(a, spec::Type::Base::boolean) && is(b, spec::Type::Base::boolean);
    case Form::less_equal:
      return is(a, spec::Type::Base::integer) && is(b, spec::Type::Base::integer);
    case Form::equal:
      return a.type == b.type;
    case Form::written_within:
      return a.kind == Kind::lww && is(b, spec::Type::Base::boolean);
    case Form::minted:
      return a.indices.size() == 1 && a.indices[0] == spec::Type{spec::Type::Base::sort, fact.b};
  }
  return false;
}

Formula holds(Logic& logic, const Fact& fact, const State& state) {
  const Variable& v = logic.spec().variables[fact.a];
  const VariableState& s = state.variables[fact.a];
  const Shown values = merged(logic, state);
  const Field& a = values[fact.a];
  const Field& b = values[fact.form == Form::minted ? fact.a : fact.b];
  return logic.for_all(v.indices, [&](const Formulas& at) -> Formula {
    switch (fact.form) {
      case Form::at_least:
        return a(at) >= logic.number(fact.value);
      case Form::at_most:
        return a(at) <= logic.number(fact.value);
      case Form::unchanged:
        return same(a(at), logic.value_of(v.type, v.initial));
      case Form::never_removed:
        return negation(s.removed(at));
      case Form::never_added:
        return negation(s.added(at));
      case Form::removes_within:
        return implied(tagged(logic, s)(at), b(at));
      case Form::has_value:
        return implied(
            a(at), same(b(at), logic.value_of(logic.spec().variables[fact.b].type, fact.value)));
      case Form::removed_within:
        return implied(s.removed(at), s.added(at));
      case Form::subset:
        return implied(a(at), b(at));
      case Form::less_equal:
        return a(at) <= b(at);
      case Form::equal:
        return same(a(at), b(at));
      case Form::written_within:
        return implied(s.time(at) > 0, b(at));
      case Form::minted:
        return implied(touched(logic, v, s, at), state.used[fact.b](at));
    }
    return logic.truth(false);
  });
}

Formula hold(Logic& logic, const std::vector<Fact>& facts, const State& state) {
  Formula all = logic.truth(true);
  for (const Fact& fact : facts) all = both(all, holds(logic, fact, state));
  return all;
}

}  // namespace tribunal::checker::confluence::recheck
