#include "checker/confluence/recheck/state.h"

namespace tribunal::checker::confluence::recheck {

using spec::Kind;
using spec::Variable;

namespace {

constexpr spec::Type boolean{spec::Type::Base::boolean, 0};
constexpr spec::Type integer{spec::Type::Base::integer, 0};

bool is_tagged(Kind kind) { return kind == Kind::awset || kind == Kind::rwset; }

}  // namespace

Field either(const Field& a, const Field& b) {
  return [a, b](const Formulas& at) { return either(a(at), b(at)); };
}

State initial_state(Logic& logic) {
  State state;
  const auto always = [](const Formula& value) {
    return [value](const Formulas&) { return value; };
  };
  for (const Variable& v : logic.spec().variables) {
    VariableState made;
    const Field no = always(logic.truth(false));
    const Field present = always(logic.truth(v.initial != 0));
    if (!spec::is_set(v.kind)) made.value = always(logic.value_of(v.type, v.initial));
    if (v.kind == Kind::lww) made.time = always(logic.number(0));
    if (spec::is_set(v.kind) && v.kind != Kind::awset) made.added = present;
    if (v.kind == Kind::tpset) made.removed = no;
    if (v.kind == Kind::awset) made.tags.push_back({present});
    if (v.kind == Kind::rwset) made.tags.push_back({no});
    state.variables.push_back(std::move(made));
  }
  state.used.resize(logic.spec().sorts.size(), always(logic.truth(false)));
  return state;
}

VariableState any_variable(Logic& logic, std::uint32_t variable, const std::string& name) {
  const Variable& v = logic.spec().variables[variable];
  const auto field = [&](const char* what, spec::Type type) {
    return logic.unknown(name + "." + v.name + what, v.indices, type);
  };
  VariableState made;
  if (!spec::is_set(v.kind)) made.value = field("", v.type);
  if (v.kind == Kind::lww) made.time = field(".time", integer);
  if (spec::is_set(v.kind) && v.kind != Kind::awset) made.added = field(".added", boolean);
  if (v.kind == Kind::tpset) made.removed = field(".removed", boolean);
  if (is_tagged(v.kind)) made.tags.push_back({field(".tags", boolean)});
  normalise_register(logic, variable, made);
  return made;
}

void normalise_register(Logic& logic, std::uint32_t variable, VariableState& state) {
  const Variable& v = logic.spec().variables[variable];
  if (v.kind != Kind::lww) return;
  const Formula zero = logic.number(0);
  const Formula initial = logic.value_of(v.type, v.initial);
  state.value = [zero, initial, time = state.time, value = state.value](const Formulas& at) {
    return choice(time(at) > zero, value(at), initial);
  };
  state.time = [zero, time = state.time](const Formulas& at) {
    return choice(time(at) > zero, time(at), zero);
  };
}

Field any_used(Logic& logic, std::uint32_t sort, const std::string& name) {
  return logic.unknown(name + ".used." + logic.spec().sorts[sort].name,
                       {{spec::Type::Base::sort, sort}}, boolean);
}

State any_state(Logic& logic, const std::string& name) {
  State state;
  for (std::uint32_t v = 0; v < logic.spec().variables.size(); ++v) {
    state.variables.push_back(any_variable(logic, v, name));
  }
  for (std::uint32_t sort = 0; sort < logic.spec().sorts.size(); ++sort) {
    state.used.push_back(any_used(logic, sort, name));
  }
  return state;
}

Field tagged(Logic& logic, const VariableState& state) {
  return [&logic, tags = state.tags](const Formulas& at) {
    Formula any = logic.truth(false);
    for (const Tags& each : tags) any = either(any, each.live(at));
    return any;
  };
}

Shown merged(Logic& logic, const State& state) {
  Shown shown;
  for (std::size_t v = 0; v < state.variables.size(); ++v) {
    const VariableState& s = state.variables[v];
    switch (logic.spec().variables[v].kind) {
      case Kind::gset:
        shown.push_back(s.added);
        break;
      case Kind::tpset:
        shown.push_back([added = s.added, removed = s.removed](const Formulas& at) {
          return both(added(at), negation(removed(at)));
        });
        break;
      case Kind::awset:
        shown.push_back(tagged(logic, s));
        break;
      case Kind::rwset:
        shown.push_back([added = s.added, removed = tagged(logic, s)](const Formulas& at) {
          return both(added(at), negation(removed(at)));
        });
        break;
      default:
        shown.push_back(s.value);
    }
  }
  return shown;
}

}  // namespace tribunal::checker::confluence::recheck
