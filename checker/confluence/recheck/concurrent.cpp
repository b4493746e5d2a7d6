#include "checker/confluence/recheck/concurrent.h"

#include "checker/confluence/recheck/related.h"

namespace tribunal::checker::confluence::recheck {
namespace {

constexpr Observers first = 1;
constexpr Observers second = 2;

// What is known of a transaction that is not yet in `state`, and seen by nobody there.
Formula new_to(Logic& logic, const Taken& taken, const State& state) {
  return conjunction(logic.context(),
                     {taken.known, unused(logic, taken.transaction, taken.arguments, state),
                      unwritten_at(logic, taken.time, state)});
}

}  // namespace

Arriving any_arriving(Logic& logic, std::uint32_t transaction) {
  History h = any_history(logic, 1);
  Taken taken = take(logic, transaction, "arriving", h.past[0], first);
  State after = apply(logic, h.now, taken.effects, taken.time, first, false);
  const Formula known = both(h.related, new_to(logic, taken, h.now));
  return {std::move(h.now), std::move(after), std::move(h.past[0]), std::move(taken), known};
}

Concurrent any_concurrent(Logic& logic, std::uint32_t a, std::uint32_t b) {
  History h = any_history(logic, 2);
  Taken ta = take(logic, a, "a", h.past[0], first);
  Taken tb = take(logic, b, "b", h.past[1], second);
  State with_a = apply(logic, h.now, ta.effects, ta.time, first, false);
  State with_b = apply(logic, h.now, tb.effects, tb.time, second, false);
  State with_both = apply(logic, with_a, tb.effects, tb.time, second, false);
  const Formula known =
      conjunction(logic.context(),
                  {h.related, ta.time != tb.time, apart(logic, a, ta.arguments, b, tb.arguments),
                   new_to(logic, ta, h.now), new_to(logic, tb, h.now)});
  return {std::move(h.now),     std::move(with_a),    std::move(with_b),
          std::move(with_both), std::move(h.past[0]), std::move(h.past[1]),
          std::move(ta),        std::move(tb),        known};
}

}  // namespace tribunal::checker::confluence::recheck
