// The shapes that invariants have in practice, each with operations that fit it.
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "tests/spec/spec_builder.h"

namespace tribunal::spec {
namespace {

using Indices = SpecBuilder::Indices;
using Spec = SpecBuilder;

const std::array<const char*, 2> bound_names{"x", "y"};

Indices some_indices(Spec& spec) {
  const std::uint64_t which = spec.below("indices"_site, 100);
  if (which < 35) return {};
  const std::string first = spec.sort();
  if (which < 93) return {first};
  return {first, spec.sort()};
}

// v, v[x] or v[x, y].
std::string at(const RandomVariable& variable) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < variable.indices.size(); ++i) names.emplace_back(bound_names[i]);
  return names.empty() ? variable.name : variable.name + "[" + tribunal::join(names, ", ") + "]";
}

std::string everywhere(const Indices& indices, const std::string& condition) {
  std::string text;
  for (std::size_t i = 0; i < indices.size(); ++i) {
    text += fmt::format("forall {}: {} . ", bound_names[i], indices[i]);
  }
  return text + condition;
}

// Bounds of a number: stock that does not run out, quotas.
bool bound(Spec& spec) {
  const int initial = static_cast<int>(spec.below("bound-initial"_site, 3));
  const bool lower = spec.chance("bound-lower"_site, 60);
  const int slack = static_cast<int>(spec.below("bound-slack"_site, 3));
  const int limit = lower ? initial - slack : initial + slack;
  const auto made = spec.chance("bound-by-site"_site, 6) ? spec.counter({spec.site()}, initial)
                                                         : spec.number(some_indices(spec), initial);
  if (!made) return false;
  const RandomVariable v = *made;
  const char* const relation = lower ? ">=" : "<=";
  spec.invariant(everywhere(v.indices, fmt::format("{} {} {}", at(v), relation, limit)));
  for (const bool guarded : {false, true}) {
    spec.suggest([&spec, v, relation, limit, guarded](RandomOp& op) {
      const std::string cell = spec.cell(op, v);
      op.statements.push_back(spec.change(op, v, cell));
      const char* const strictly = relation[0] == '>' ? ">" : "<";
      if (guarded) op.guards.push_back(fmt::format("{} {} {}", cell, strictly, limit));
    });
  }
  if (v.kind != "counter") return true;
  spec.suggest([v, &spec, lower](RandomOp& op) {
    op.statements.push_back(fmt::format("{} {}= 1;", spec.cell(op, v), lower ? '+' : '-'));
  });
  return true;
}

// Whatever is in one set is in another: members of a team are users.
bool inclusion(Spec& spec) {
  const Indices indices = some_indices(spec);
  const auto inner = spec.set(indices, false);
  const auto outer = spec.set(indices, spec.chance("outer-full"_site, 30));
  if (!inner || !outer || inner->name == outer->name) return false;
  const RandomVariable a = *inner;
  const RandomVariable b = *outer;
  spec.invariant(everywhere(indices, at(a) + " => " + at(b)));
  spec.suggest([&spec, a, b](RandomOp& op) {
    op.guards.push_back(spec.cell(op, b));
    op.statements.push_back(fmt::format("add {};", spec.cell(op, a)));
  });
  spec.suggest([&spec, a, b](RandomOp& op) {
    op.statements = {fmt::format("add {};", spec.cell(op, b)),
                     fmt::format("add {};", spec.cell(op, a))};
  });
  spec.suggest(
      [&spec, b](RandomOp& op) { op.statements = {fmt::format("add {};", spec.cell(op, b))}; });
  if (b.kind != "gset") {
    spec.suggest([&spec, a, b](RandomOp& op) {
      op.guards.push_back("not " + spec.cell(op, a));
      op.statements.push_back(fmt::format("remove {};", spec.cell(op, b)));
      if (a.kind != "gset" && spec.chance("remove-both"_site, 40)) {
        op.guards.clear();
        op.statements.push_back(fmt::format("remove {};", spec.cell(op, a)));
      }
    });
  }
  if (indices.size() == 1 && spec.chance("inclusion-repair"_site, 15)) {
    spec.repair(fmt::format(
        "forall x: {} where {} and not {} {{ {} }}", indices[0], at(a), at(b),
        spec.chance("repair-adds"_site, 30) ? "add " + at(b) + ";" : "remove " + at(a) + ";"));
  }
  return true;
}

bool foreign_key(Spec& spec) {
  const std::string child_sort = spec.sort();
  const std::string parent_sort = spec.other_sort(child_sort);
  const auto child = spec.set({child_sort}, false);
  const auto parent = spec.set({parent_sort}, spec.chance("parents-exist"_site, 50));
  const auto reference = spec.lww({child_sort}, parent_sort);
  if (!child || !parent || !reference || child->name == parent->name) return false;
  const RandomVariable c = *child;
  const RandomVariable p = *parent;
  const RandomVariable r = *reference;
  spec.invariant(
      fmt::format("forall x: {} . {}[x] => {}[{}[x]]", child_sort, c.name, p.name, r.name));
  const bool fresh = spec.chance("fresh-child"_site, 60);
  spec.suggest([&spec, c, p, r, fresh](RandomOp& op) {
    const std::string x = spec.new_parameter(op, c.indices[0], fresh ? "fresh" : "");
    const std::string to = spec.new_parameter(op, p.indices[0]);
    op.guards.push_back(fmt::format("{}[{}]", p.name, to));
    op.statements = {fmt::format("add {}[{}];", c.name, x),
                     fmt::format("{}[{}] := {};", r.name, x, to)};
  });
  spec.suggest(
      [&spec, p](RandomOp& op) { op.statements = {fmt::format("add {};", spec.cell(op, p))}; });
  spec.suggest([&spec, c, p, r](RandomOp& op) {
    const std::string gone = spec.new_parameter(op, p.indices[0]);
    if (p.kind == "gset") {
      op.statements = {fmt::format("add {}[{}];", p.name, gone)};
      return;
    }
    op.statements = {fmt::format("remove {}[{}];", p.name, gone)};
    if (c.kind != "gset" && spec.chance("cascade"_site, 40)) {
      op.statements.push_back(
          fmt::format("forall z: {0} where {1}[z] and {2}[z] == {3} {{ remove "
                      "{1}[z]; }}",
                      c.indices[0], c.name, r.name, gone));
    } else {
      op.guards.push_back(
          fmt::format("forall z: {} . {}[z] => {}[z] != {}", c.indices[0], c.name, r.name, gone));
    }
  });
  if (spec.chance("foreign-key-repair"_site, 25)) {
    spec.repair(fmt::format("forall x: {0} where {1}[x] and not {2}[{3}[x]] {{ {4} }}", child_sort,
                            c.name, p.name, r.name,
                            spec.chance("repair-parent"_site, 25)
                                ? fmt::format("add {}[{}[x]];", p.name, r.name)
                                : fmt::format("remove {}[x];", c.name)));
  }
  return true;
}

bool uniqueness(Spec& spec) {
  const std::string key = spec.sort();
  const std::uint64_t which = spec.below("unique-type"_site, 3);
  const std::string type = which == 0 ? "int" : which == 1 ? spec.other_sort(key) : spec.mode();
  const auto present = spec.set({key}, false);
  const auto name = spec.lww({key}, type);
  if (!present || !name) return false;
  const RandomVariable s = *present;
  const RandomVariable v = *name;
  spec.invariant(fmt::format("forall a, b: {0} . {1}[a] and {1}[b] and a != b => {2}[a] != {2}[b]",
                             key, s.name, v.name));
  const bool minted = which == 1 && spec.chance("unique-minted"_site, 60);
  const bool fresh = spec.chance("unique-fresh"_site, 70);
  spec.suggest([&spec, s, v, minted, fresh](RandomOp& op) {
    const std::string who = spec.new_parameter(op, s.indices[0], fresh ? "fresh" : "");
    const std::string what = spec.new_parameter(op, v.type, minted ? "fresh" : "");
    if (spec.chance("unique-looks"_site, 50))
      op.guards.push_back(fmt::format("not {}[{}]", s.name, who));
    op.statements = {fmt::format("add {}[{}];", s.name, who),
                     fmt::format("{}[{}] := {};", v.name, who, what)};
  });
  spec.suggest([&spec, s, v](RandomOp& op) {
    const std::string who = spec.new_parameter(op, s.indices[0]);
    op.guards.push_back(fmt::format("{}[{}]", s.name, who));
    op.statements = {fmt::format("{}[{}] := {};", v.name, who, spec.value(op, v.type))};
  });
  if (s.kind != "gset") {
    spec.suggest([&spec, s](RandomOp& op) {
      op.statements = {fmt::format("remove {};", spec.cell(op, s))};
    });
  }
  return true;
}

// At most (at least) so many: seats, replicas, leaders.
bool cardinality(Spec& spec) {
  const std::string key = spec.sort();
  const bool least = spec.chance("least"_site, 35);
  const auto made = spec.set({key}, least);
  if (!made) return false;
  const RandomVariable s = *made;
  const std::string count = fmt::format("(count x: {} . {}[x])", key, s.name);
  if (least && spec.chance("as-exists"_site, 40)) {
    spec.invariant(fmt::format("exists x: {} . {}[x]", key, s.name));
  } else {
    spec.invariant(count + (least ? " >= 1" : " <= 1"));
  }
  spec.suggest([&spec, s](RandomOp& op) {
    op.statements = {fmt::format("add {};", spec.cell(op, s))};
    if (spec.chance("cardinality-guard"_site, 50)) {
      op.guards.push_back(fmt::format("forall x: {} . not {}[x]", s.indices[0], s.name));
    }
  });
  if (s.kind != "gset") {
    spec.suggest([&spec, s, count](RandomOp& op) {
      op.statements = {fmt::format("remove {};", spec.cell(op, s))};
      if (spec.chance("cardinality-keep"_site, 60)) op.guards.push_back(count + " > 1");
    });
    spec.suggest([&spec, s](RandomOp& op) {  // hands over
      const std::string from = spec.new_parameter(op, s.indices[0]);
      const std::string to = spec.new_parameter(op, s.indices[0]);
      op.guards = {fmt::format("{}[{}]", s.name, from), from + " != " + to};
      op.statements = {fmt::format("remove {}[{}];", s.name, from),
                       fmt::format("add {}[{}];", s.name, to)};
    });
  }
  return true;
}

bool exclusion(Spec& spec) {
  const Indices indices = some_indices(spec);
  const auto first = spec.set(indices, false);
  const auto second = spec.set(indices, spec.chance("exclusion-begun"_site, 20));
  if (!first || !second || first->name == second->name) return false;
  const RandomVariable a = *first;
  const RandomVariable b = *second;
  spec.invariant(everywhere(indices, fmt::format("not ({} and {})", at(a), at(b))));
  const auto enter = [&spec](const RandomVariable& in, const RandomVariable& out) {
    return [&spec, in, out](RandomOp& op) {
      const std::string cell = spec.cell(op, in);
      const std::string other = spec.cell(op, out);
      op.statements = {fmt::format("add {};", cell)};
      if (out.kind != "gset" && spec.chance("exclusion-moves"_site, 50)) {
        op.statements.push_back(fmt::format("remove {};", other));
      } else {
        op.guards.push_back("not " + other);
      }
    };
  };
  spec.suggest(enter(a, b));
  spec.suggest(enter(b, a));
  if (indices.size() == 1 && spec.chance("exclusion-repair"_site, 20)) {
    spec.repair(fmt::format("forall x: {} where {} and {} {{ remove {}; }}", indices[0], at(a),
                            at(b), at(b)));
  }
  return true;
}

// Two attributes agree, or are ordered.
bool agreement(Spec& spec) {
  const Indices indices = some_indices(spec);
  const bool numbers = spec.chance("agreement-of-numbers"_site, 60);
  const std::string type = numbers                                      ? "int"
                           : spec.chance("agreement-of-modes"_site, 50) ? spec.mode()
                                                                        : "bool";
  const auto first = numbers ? spec.number(indices, 0) : spec.lww(indices, type);
  const auto second = numbers ? spec.number(indices, 0) : spec.lww(indices, type);
  if (!first || !second || first->name == second->name) return false;
  const RandomVariable a = *first;
  const RandomVariable b = *second;
  const char* const relation = numbers && spec.chance("ordered"_site, 50) ? "<=" : "==";
  spec.invariant(everywhere(indices, fmt::format("{} {} {}", at(a), relation, at(b))));
  const auto assign = [](const RandomVariable& to, const std::string& cell, const std::string& by) {
    return fmt::format("{} {} {};", cell, to.kind == "counter" ? "+=" : ":=", by);
  };
  spec.suggest([&spec, a, b, assign](RandomOp& op) {
    const std::string value = spec.value(op, a.type);
    op.statements = {assign(a, spec.cell(op, a), value), assign(b, spec.cell(op, b), value)};
    if (a.is_number() && value[0] == 'p') op.guards.push_back(value + " > 0");
  });
  for (const RandomVariable& each : {a, b}) {
    spec.suggest([&spec, each](RandomOp& op) {
      op.statements = {spec.change(op, each, spec.cell(op, each))};
    });
  }
  spec.suggest([&spec, a, b](RandomOp& op) {  // one catches up with the other
    if (b.kind == "counter") {
      op.statements = {fmt::format("{} += 1;", spec.cell(op, b))};
    } else {
      const std::string cell = spec.cell(op, b);
      op.statements = {fmt::format("{} := {};", cell, spec.cell(op, a))};
    }
  });
  return true;
}

// A total beside its parts.
bool total(Spec& spec) {
  const std::string key = spec.sort();
  const auto parts = spec.counter({key}, 0);
  if (!parts) return false;
  const RandomVariable p = *parts;
  const std::string sum = fmt::format("(sum x: {} . {}[x])", key, p.name);
  spec.suggest([&spec, p](RandomOp& op) {  // moves
    const std::string from = spec.new_parameter(op, p.indices[0]);
    const std::string to = spec.new_parameter(op, p.indices[0]);
    op.guards = {from + " != " + to};
    if (spec.chance("move-guard"_site, 50))
      op.guards.push_back(fmt::format("{}[{}] > 0", p.name, from));
    op.statements = {fmt::format("{}[{}] -= 1;", p.name, from),
                     fmt::format("{}[{}] += 1;", p.name, to)};
  });
  if (spec.chance("limited"_site, 40)) {
    spec.invariant(fmt::format("{} <= {}", sum, 1 + spec.below("limit"_site, 3)));
    spec.suggest(
        [&spec, p](RandomOp& op) { op.statements = {spec.change(op, p, spec.cell(op, p))}; });
    return true;
  }
  const auto whole = spec.counter({}, 0);
  if (!whole) return false;
  const RandomVariable w = *whole;
  spec.invariant(fmt::format("{} == {}", w.name, sum));
  if (spec.chance("recomputed"_site, 40)) {
    spec.derived(w);
    spec.repair(fmt::format("{} := {};", w.name, sum));
  }
  spec.suggest([&spec, p, w](RandomOp& op) {
    op.statements = {fmt::format("{} += 2;", spec.cell(op, p))};
    const std::string change = spec.change(op, w, w.name);
    if (!change.empty()) op.statements.push_back(fmt::format("{} += 2;", w.name));
  });
  return true;
}

// A counter beside the set that it counts: every id is executed once.
bool tally(Spec& spec) {
  const std::string key = spec.sort();
  const auto done = spec.set({key}, false);
  const auto number = spec.counter({}, 0);
  if (!done || !number) return false;
  const RandomVariable s = *done;
  const RandomVariable n = *number;
  const bool exact = spec.chance("tally-exact"_site, 60);
  spec.invariant(
      fmt::format("{} {} count x: {} . {}[x]", n.name, exact ? "==" : ">=", key, s.name));
  const bool fresh = spec.chance("tally-fresh"_site, 50);
  spec.suggest([&spec, s, n, fresh](RandomOp& op) {
    const std::string id = spec.new_parameter(op, s.indices[0], fresh ? "fresh" : "");
    if (!fresh) op.guards.push_back(fmt::format("not {}[{}]", s.name, id));
    op.statements = {fmt::format("add {}[{}];", s.name, id), fmt::format("{} += 1;", n.name)};
  });
  if (s.kind != "gset") {
    spec.suggest([&spec, s, n](RandomOp& op) {
      const std::string id = spec.new_parameter(op, s.indices[0]);
      op.guards.push_back(fmt::format("{}[{}]", s.name, id));
      op.statements = {fmt::format("remove {}[{}];", s.name, id), fmt::format("{} -= 1;", n.name)};
    });
  }
  if (spec.chance("tally-recomputed"_site, 20)) {
    spec.repair(fmt::format("{} := count x: {} . {}[x];", n.name, key, s.name));
  }
  return true;
}

// What a state machine says about other data.
bool states(Spec& spec) {
  const Indices indices = some_indices(spec);
  const auto state = spec.lww(indices, spec.mode());
  const auto proof = spec.set(indices, false);
  if (!state || !proof) return false;
  const RandomVariable m = *state;
  const RandomVariable s = *proof;
  const std::string member = spec.chance("states-done"_site, 60) ? "done" : "busy";
  spec.invariant(everywhere(indices, fmt::format("{} == {} => {}", at(m), member, at(s))));
  spec.suggest([&spec, m, s, member](RandomOp& op) {
    const std::string state_cell = spec.cell(op, m);
    op.statements = {fmt::format("{} := {};", state_cell, member)};
    if (spec.chance("states-prove"_site, 50)) {
      op.statements.push_back(fmt::format("add {};", spec.cell(op, s)));
    } else {
      op.guards.push_back(spec.cell(op, s));
    }
    if (spec.chance("states-step"_site, 40)) op.guards.push_back(state_cell + " == idle");
  });
  spec.suggest([&spec, m](RandomOp& op) {
    const std::string cell = spec.cell(op, m);
    op.guards.push_back(cell + " != idle");
    op.statements = {cell + " := idle;"};
  });
  spec.suggest(
      [&spec, s](RandomOp& op) { op.statements = {spec.change(op, s, spec.cell(op, s))}; });
  return true;
}

// A gate: what may only happen while it is open.
bool gate(Spec& spec) {
  const auto closed = spec.set({}, false);
  const auto number = spec.counter({}, 0);
  if (!closed || !number) return false;
  const RandomVariable g = *closed;
  const RandomVariable n = *number;
  const char* const condition = spec.chance("gate-settled"_site, 50) ? "== 0" : ">= 0";
  spec.invariant(fmt::format("{} => {} {}", g.name, n.name, condition));
  spec.suggest([&spec, g, n, condition](RandomOp& op) {
    if (spec.chance("gate-looks"_site, 60))
      op.guards.push_back(fmt::format("{} {}", n.name, condition));
    op.statements = {fmt::format("add {};", g.name)};
  });
  spec.suggest([&spec, g, n](RandomOp& op) {
    op.guards.push_back("not " + g.name);
    op.statements = {spec.change(op, n, n.name)};
  });
  return true;
}

// The extremes of what is present.
bool extremes(Spec& spec) {
  const std::string key = spec.sort();
  const auto present = spec.set({key}, false);
  const auto number = spec.number({key}, 0);
  if (!present || !number) return false;
  const RandomVariable s = *present;
  const RandomVariable n = *number;
  const bool upper = spec.chance("extreme-upper"_site, 50);
  spec.invariant(fmt::format("(maxof x: {0} where {1}[x] . {3}{2}[x] else 0) <= {4}", key, s.name,
                             n.name, upper ? "" : "-", 1 + spec.below("extreme"_site, 2)));
  spec.suggest([&spec, s, n](RandomOp& op) {
    op.statements = {fmt::format("add {};", spec.cell(op, s)),
                     spec.change(op, n, spec.cell(op, n))};
  });
  spec.suggest(
      [&spec, n](RandomOp& op) { op.statements = {spec.change(op, n, spec.cell(op, n))}; });
  spec.suggest([&spec, s, n, upper](RandomOp& op) {
    op.guards.push_back(fmt::format("{} {} 1", spec.cell(op, n), upper ? "<" : ">"));
    op.statements = {fmt::format("add {};", spec.cell(op, s))};
  });
  return true;
}

}  // namespace

bool add_random_shape(SpecBuilder& spec) {
  constexpr std::array shapes{bound,     inclusion, foreign_key, uniqueness, cardinality,
                              exclusion, agreement, total,       tally,      states,
                              gate,      extremes,  bound};
  return shapes[spec.below("shape"_site, shapes.size())](spec);
}

}  // namespace tribunal::spec
