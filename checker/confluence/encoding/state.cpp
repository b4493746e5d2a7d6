#include "checker/confluence/encoding/state.h"

#include <fmt/format.h>

namespace tribunal::checker::confluence::encoding {

using spec::Cell;
using spec::Kind;

namespace {

bool holds_boolean(const spec::Variable& v) {
  return v.kind == Kind::lww && v.type.base == spec::Type::Base::boolean;
}

}  // namespace

CellState States::blank() const {
  return {b_.zero(), b_.zero(), b_.no(), b_.no(), Terms(classes_, b_.no())};
}

Symbolic States::initial() const {
  const spec::Layout& layout = evaluator_.layout();
  Symbolic state;
  for (Cell cell = 0; cell < layout.cells(); ++cell) {
    const spec::Variable& v = evaluator_.spec().variables[layout.variable_of(cell)];
    CellState made = blank();
    if (spec::is_set(v.kind)) {
      made.added = b_.truth(v.initial != 0);
      if (v.kind == Kind::awset && v.initial != 0) made.tags[0] = b_.yes();
    } else {
      made.value = holds_boolean(v) ? b_.truth(v.initial != 0) : b_.number(v.initial);
    }
    state.cells.push_back(std::move(made));
  }
  for (const std::uint32_t size : layout.sizes()) state.used.emplace_back(size, b_.no());
  return state;
}

Symbolic States::any(const std::string& name, Terms& facts) const {
  const spec::Layout& layout = evaluator_.layout();
  Symbolic state;
  for (Cell cell = 0; cell < layout.cells(); ++cell) {
    const spec::Variable& v = evaluator_.spec().variables[layout.variable_of(cell)];
    const std::string at = fmt::format("{}.{}", name, layout.show_cell(cell));
    CellState made = blank();
    const bool tagged = v.kind == Kind::awset || v.kind == Kind::rwset;
    if (spec::is_set(v.kind) && v.kind != Kind::awset) made.added = b_.boolean(at + ".added");
    if (v.kind == Kind::tpset) made.removed = b_.boolean(at + ".removed");
    if (tagged) made.tags[0] = b_.boolean(at + ".tags");
    if (!spec::is_set(v.kind)) {
      made.value = holds_boolean(v) ? b_.boolean(at) : b_.integer(at);
      if (spec::is_finite(v.type)) {
        const Term size = b_.number(layout.size_of(v.type));
        facts.push_back(b_.and_(b_.less_equal(b_.zero(), made.value), b_.less(made.value, size)));
      }
    }
    if (v.kind == Kind::lww) {
      const Term first = holds_boolean(v) ? b_.truth(v.initial != 0) : b_.number(v.initial);
      made.time = b_.integer(at + ".time");
      facts.push_back(b_.less_equal(b_.zero(), made.time));
      facts.push_back(b_.implies(b_.equal(made.time, b_.zero()), b_.equal(made.value, first)));
    }
    state.cells.push_back(std::move(made));
  }
  for (std::uint32_t sort = 0; sort < layout.sizes().size(); ++sort) {
    Terms used;
    for (std::uint32_t i = 0; i < layout.sizes()[sort]; ++i) {
      used.push_back(b_.boolean(fmt::format("{}.used{}.{}", name, sort, i)));
    }
    state.used.push_back(std::move(used));
  }
  return state;
}

Terms States::merged(const Symbolic& state) const {
  Terms values;
  for (Cell cell = 0; cell < state.cells.size(); ++cell) {
    const CellState& c = state.cells[cell];
    switch (evaluator_.layout().kind_of(cell)) {
      case Kind::gset:
        values.push_back(c.added);
        break;
      case Kind::tpset:
        values.push_back(b_.and_(c.added, b_.not_(c.removed)));
        break;
      case Kind::awset:
        values.push_back(b_.any(c.tags));
        break;
      case Kind::rwset:
        values.push_back(b_.and_(c.added, b_.not_(b_.any(c.tags))));
        break;
      default:
        values.push_back(c.value);
    }
  }
  return values;
}

Terms States::gone(const Symbolic& state) const {
  Terms removed;
  for (const CellState& c : state.cells) removed.push_back(c.removed);
  return removed;
}

Symbolic States::apply(const Symbolic& state, const std::vector<Effect>& effects, const Term& time,
                       Sight sight, bool at_origin) const {
  Symbolic next = state;
  const auto tag = [&](CellState& c, const Term& cleared, const Term& made) {
    for (std::uint32_t i = 0; i < classes_; ++i) {
      if ((sight.seen >> i & 1U) != 0) c.tags[i] = b_.and_(c.tags[i], b_.not_(cleared));
    }
    c.tags[sight.own] = b_.or_(c.tags[sight.own], made);
  };
  for (Cell cell = 0; cell < next.cells.size(); ++cell) {
    CellState& c = next.cells[cell];
    const Effect& e = effects[cell];
    const Kind kind = evaluator_.layout().kind_of(cell);
    switch (kind) {
      case Kind::counter:
        c.value = b_.add(c.value, e.change);
        break;
      case Kind::max:
      case Kind::min: {
        const Term better =
            kind == Kind::max ? b_.less(c.value, e.change) : b_.less(e.change, c.value);
        c.value = at_origin ? b_.ite(e.written, e.change, c.value)
                            : b_.ite(b_.and_(e.written, better), e.change, c.value);
        break;
      }
      case Kind::lww: {
        const Term wins = b_.and_(e.written, b_.less(c.time, time));
        c.value = b_.ite(wins, e.change, c.value);
        c.time = b_.ite(wins, time, c.time);
        break;
      }
      case Kind::tpset:
        c.removed = b_.or_(c.removed, e.removed);
        [[fallthrough]];
      case Kind::gset:
        c.added = b_.or_(c.added, e.added);
        break;
      case Kind::awset:
        tag(c, e.cleared, e.added);
        break;
      case Kind::rwset:
        tag(c, e.cleared, e.removed);
        c.added = b_.or_(c.added, e.added);
        break;
    }
  }
  return next;
}

void States::use(Symbolic& state, std::uint32_t transaction, const Slots& arguments,
                 const Term& happens) const {
  const spec::Transaction& t = evaluator_.spec().transactions[transaction];
  for (std::size_t p = 0; p < t.parameters.size(); ++p) {
    if (t.parameters[p].minted != spec::Minted::fresh) continue;
    Terms& used = state.used[t.parameters[p].type.index];
    for (std::size_t i = 0; i < used.size(); ++i) {
      const Term named = b_.equal(arguments[p], b_.number(static_cast<std::int64_t>(i)));
      used[i] = b_.or_(used[i], b_.and_(happens, named));
    }
  }
}

Term States::invariant(std::uint32_t invariant, const Terms& shown) const {
  const spec::Invariant& inv = evaluator_.spec().invariants[invariant];
  Slots slots = evaluator_.slots(inv.slots);
  return evaluator_.expr(inv.condition, shown, slots);
}

Term States::invariants(const Terms& shown) const {
  Term all = b_.yes();
  for (std::uint32_t i = 0; i < evaluator_.spec().invariants.size(); ++i) {
    all = b_.and_(all, invariant(i, shown));
  }
  return all;
}

}  // namespace tribunal::checker::confluence::encoding
