// What the violation would cost if it were allowed.
#include <algorithm>
#include <functional>
#include <set>

#include "checker/confluence/advice/parts.h"
#include "spec/execute.h"

namespace tribunal::checker::confluence::advice {
namespace {

// Calls `visit` for each choice of the outermost bound variables under which the invariant fails.
void failures(const spec::Layout& layout, const spec::Invariant& invariant,
              const spec::Values& values,
              const std::function<void(const std::vector<std::int64_t>&, spec::ExprId)>& visit) {
  const Prefix prefix = strip(layout.spec(), invariant.condition);
  std::vector<std::int64_t> slots(invariant.slots);
  const std::function<void(std::size_t)> choose = [&](std::size_t binder) {
    if (binder == prefix.binders.size()) {
      bool overflowed = false;
      if (spec::evaluate(layout, prefix.body, values, slots, overflowed) == 0) {
        visit(slots, prefix.body);
      }
      return;
    }
    const spec::Expr& e = layout.spec().exprs[prefix.binders[binder]];
    for (std::uint32_t i = 0; i < layout.size_of(e.domain); ++i) {
      slots[e.slot] = i;
      choose(binder + 1);
    }
  };
  choose(0);
}

// The cells that the body reads, whatever the truth of its parts.
void cells_read(const spec::Layout& layout, spec::ExprId id, const spec::Values& values,
                std::vector<std::int64_t>& slots, std::set<spec::Cell>& cells) {
  const spec::Expr& e = layout.spec().exprs[id];
  if (spec::is_binder(e.op)) return;  // too many to name
  for (const spec::ExprId operand : e.operands) cells_read(layout, operand, values, slots, cells);
  if (e.op != spec::Operator::read) return;
  std::vector<std::int64_t> indices;
  for (const spec::ExprId operand : e.operands) {
    bool overflowed = false;
    indices.push_back(spec::evaluate(layout, operand, values, slots, overflowed));
  }
  const auto cell = layout.cell(static_cast<std::uint32_t>(e.value), indices);
  if (cell) cells.insert(*cell);
}

}  // namespace

Apology apology(const spec::Layout& layout, const Decision& decision) {
  Apology cost;
  cost.invariant = decision.violated;
  const spec::Run& run = *decision.counterexample;
  const spec::Replay replay = spec::replay(layout, run);
  const spec::Values& merged = replay.steps[*replay.violation].after;
  std::set<spec::Cell> cells;
  failures(layout, layout.spec().invariants[cost.invariant], merged,
           [&](const std::vector<std::int64_t>& slots, spec::ExprId body) {
             ++cost.bindings;
             std::vector<std::int64_t> own = slots;
             cells_read(layout, body, merged, own, cells);
           });
  for (const spec::Cell cell : cells) cost.cells.push_back(layout.show_cell(cell));
  for (std::size_t i = 0; i < run.size(); ++i) {
    if (run[i].what != spec::Step::What::execute) continue;
    spec::Run without = run;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
    const spec::Replay cured = spec::replay(layout, without);
    if (!cured.violation && cured.all_committed) cost.undo.push_back(i);
  }
  return cost;
}

}  // namespace tribunal::checker::confluence::advice
