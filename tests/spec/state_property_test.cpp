// Whatever the order in which the events of a run arrive, and however replicas merge, the state is
// the same, and it is the one that a definition by event sets gives, without tags and flags.
#include <gtest/gtest.h>

#include "../scale.h"
#include "random_events.h"

namespace tribunal::spec {
namespace {

void shuffle(std::vector<std::size_t>& order, Choices& choices) {
  for (std::size_t i = order.size(); i > 1; --i) {
    std::swap(order[i - 1], order[choices.below("shuffle"_site, i)]);
  }
}

// A random order of the events in which causes come before what they cause.
std::vector<std::size_t> causal_order(const std::vector<Known>& events, Choices& choices) {
  std::vector<std::size_t> order;
  std::set<std::size_t> done;
  while (order.size() < events.size()) {
    std::vector<std::size_t> ready;
    for (std::size_t e = 0; e < events.size(); ++e) {
      const std::set<std::size_t>& past = events[e].past;
      if (done.count(e) == 0 && std::includes(done.begin(), done.end(), past.begin(), past.end())) {
        ready.push_back(e);
      }
    }
    order.push_back(ready[choices.below("ready"_site, ready.size())]);
    done.insert(order.back());
  }
  return order;
}

State applied(const Specimen& specimen, const std::vector<Known>& events,
              const std::vector<std::size_t>& order) {
  State state(specimen.layout);
  for (const std::size_t e : order) {
    state.apply(specimen.layout, events[e].event, Arrival::delivered);
  }
  return state;
}

TEST(TheStateOfASetOfEvents, IsTheSameInWhateverOrderTheyArrive) {
  const Specimen specimen(zoo);
  for (std::uint64_t seed = 0; seed < scaled(2000); ++seed) {
    const RandomEvents run(specimen, seed, 30);
    Choices choices(seed, 1);
    std::vector<std::size_t> order(run.events.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    const State state = applied(specimen, run.events, order);
    shuffle(order, choices);
    ASSERT_EQ(applied(specimen, run.events, order), state) << "seed " << seed;
  }
}

TEST(TheStateOfASetOfEvents, IsTheSameForRegistersThatOnlyGrowOrShrink) {
  const Specimen specimen(zoo_of_extrema);
  for (std::uint64_t seed = 0; seed < scaled(500); ++seed) {
    const RandomEvents run(specimen, seed, 20);
    Choices choices(seed, 1);
    const auto one = causal_order(run.events, choices);
    const auto other = causal_order(run.events, choices);
    ASSERT_EQ(applied(specimen, run.events, one), applied(specimen, run.events, other));
  }
}

// The definition by event sets. `set`: the events that a replica has.
class Definition {
 public:
  Definition(const Specimen& specimen, const std::vector<Known>& events)
      : specimen_(specimen), events_(events) {}

  std::int64_t value(Cell cell, const std::set<std::size_t>& set) const {
    const Variable& variable = specimen_.spec.variables[specimen_.layout.variable_of(cell)];
    const bool initially = variable.initial != 0;
    switch (variable.kind) {
      case Kind::counter:
        return variable.initial + sum(cell, set);
      case Kind::gset:
        return initially || any(set, [&](auto e) { return adds(e, cell); });
      case Kind::tpset:
        return (initially || any(set, [&](auto e) { return adds(e, cell); })) &&
               !any(set, [&](auto e) { return removes(e, cell); });
      case Kind::awset:
        // Some add is in the past of no remove.
        return (initially && !any(set, [&](auto e) { return removes(e, cell); })) ||
               any(set, [&](auto a) {
                 return ends_with(a, cell, StatementKind::add) && !any(set, [&](auto r) {
                          return removes(r, cell) && events_[r].past.count(a) != 0;
                        });
               });
      case Kind::rwset:
        // It was added, and every remove is in the past of an add.
        return (initially || any(set, [&](auto e) { return adds(e, cell); })) &&
               !any(set, [&](auto r) {
                 return ends_with(r, cell, StatementKind::remove) && !any(set, [&](auto a) {
                          return adds(a, cell) && events_[a].past.count(r) != 0;
                        });
               });
      case Kind::lww:
        return last_written(variable, cell, set);
      default:
        return 0;
    }
  }

 private:
  template <class Predicate>
  static bool any(const std::set<std::size_t>& set, Predicate predicate) {
    return std::any_of(set.begin(), set.end(), predicate);
  }
  // What the op's body, as it is written, does to the cell, in order.
  std::vector<const Statement*> statements(std::size_t e, Cell cell) const {
    const Event& event = events_[e].event;
    std::vector<const Statement*> found;
    for (const StatementId id : specimen_.spec.transactions[event.transaction].body) {
      const Statement& statement = specimen_.spec.statements[id];
      std::vector<std::int64_t> indices;
      if (!statement.indices.empty()) indices = {event.arguments[0]};
      if (*specimen_.layout.cell(statement.variable, indices) == cell) found.push_back(&statement);
    }
    return found;
  }
  bool does(std::size_t e, Cell cell, StatementKind kind) const {
    const auto found = statements(e, cell);
    return std::any_of(found.begin(), found.end(),
                       [&](const Statement* s) { return s->kind == kind; });
  }
  bool adds(std::size_t e, Cell cell) const { return does(e, cell, StatementKind::add); }
  bool removes(std::size_t e, Cell cell) const { return does(e, cell, StatementKind::remove); }
  bool ends_with(std::size_t e, Cell cell, StatementKind kind) const {
    const auto found = statements(e, cell);
    return !found.empty() && found.back()->kind == kind;
  }
  std::int64_t sum(Cell cell, const std::set<std::size_t>& set) const {
    std::int64_t sum = 0;
    for (const std::size_t e : set) {
      if (!statements(e, cell).empty()) sum += events_[e].event.arguments[1] - 1;
    }
    return sum;
  }
  // Writes are ordered by how long the longest chain of causes before them is, then by replica.
  std::size_t depth(std::size_t e) const {
    std::size_t deepest = 0;
    for (const std::size_t cause : events_[e].past) deepest = std::max(deepest, depth_of(cause));
    return deepest + 1;
  }
  std::size_t depth_of(std::size_t e) const {
    depths_.resize(events_.size());
    if (depths_[e] == 0) depths_[e] = depth(e);
    return depths_[e];
  }
  std::int64_t last_written(const Variable& variable, Cell cell,
                            const std::set<std::size_t>& set) const {
    std::int64_t value = variable.initial;
    std::pair<std::size_t, std::uint32_t> latest{0, 0};
    for (const std::size_t e : set) {
      const std::pair when(depth_of(e), events_[e].event.stamp.replica);
      if (statements(e, cell).empty() || when < latest) continue;
      latest = when;
      value = events_[e].event.arguments[1];
    }
    return value;
  }

  const Specimen& specimen_;
  const std::vector<Known>& events_;
  mutable std::vector<std::size_t> depths_;
};

TEST(TheStateOfASetOfEvents, IsTheOneThatTheDefinitionOfEachKindGives) {
  const Specimen specimen(zoo);
  std::set<std::pair<Cell, std::int64_t>> seen;
  for (std::uint64_t seed = 0; seed < scaled(3000); ++seed) {
    const RandomEvents run(specimen, seed, 25);
    const Definition definition(specimen, run.events);
    for (std::size_t replica = 0; replica < 3; ++replica) {
      const Values values = run.replicas[replica].shown(specimen.layout);
      for (Cell cell = 0; cell < specimen.layout.cells(); ++cell) {
        ASSERT_EQ(values[cell], definition.value(cell, run.has[replica]))
            << specimen.layout.show_cell(cell) << " at replica " << replica << ", seed " << seed;
        seen.emplace(cell, values[cell]);
      }
    }
  }
  for (Cell cell = 0; cell < specimen.layout.cells(); ++cell) {  // nothing is always the same
    EXPECT_GE(std::count_if(seen.begin(), seen.end(), [&](auto& s) { return s.first == cell; }), 2);
  }
}

}  // namespace
}  // namespace tribunal::spec
