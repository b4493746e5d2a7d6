#include "checker/confluence/encoding/bounded.h"

#include <fmt/format.h>

namespace tribunal::checker::confluence::encoding {

using spec::Cell;
using spec::Kind;

namespace {

// Classes of tags: what both sides had when they parted, and what each made since.
constexpr Sight sights[] = {{0b011, 1}, {0b101, 2}};

struct Taken {
  Term choice;                   // which transaction
  std::vector<Slots> arguments;  // of each transaction, should it be the one
  std::vector<Effect> effects;
  Term time;
};

class Search {
 public:
  explicit Search(Problem& problem)
      : problem_(problem), b_(problem.builder()), states_(problem.evaluator(), 3) {}

  std::optional<spec::Run> run(const Shape& shape, bool& complete) {
    std::vector<Taken> before[2];
    std::vector<Taken> after[2];
    Symbolic ancestor = branch(states_.initial(), shape.before_left, shape.before_right, before);
    if (shape.before_right > 0) {  // the merged prefix must itself be valid
      facts_.push_back(states_.invariants(states_.shown(ancestor)));
    }
    const Symbolic merged = branch(ancestor, shape.left, shape.right, after);
    const Term valid = states_.invariants(states_.shown(merged));
    if (b_.is_yes(valid)) return std::nullopt;
    Query query(problem_);
    query.assume(facts_);
    query.assume(b_.not_(valid));
    const Answer answer = query.check();
    if (answer == Answer::unknown) complete = false;
    if (answer != Answer::possible) return std::nullopt;
    return read(query, before, after);
  }

 private:
  // Two replicas go on from `start` and merge; afterwards both have seen everything.
  Symbolic branch(const Symbolic& start, std::uint32_t left, std::uint32_t right,
                  std::vector<Taken> (&taken)[2]) {
    Symbolic sides[] = {start, start};
    const std::uint32_t counts[] = {left, right};
    for (int side = 0; side < 2; ++side) {
      for (std::uint32_t i = 0; i < counts[side]; ++i) {
        // Lamport time, ties to the right replica: as the interpreter numbers them.
        const Term time = b_.number(now_ + 2 * static_cast<int>(i) + side);
        taken[side].push_back(step(sides[side], side, time));
      }
    }
    now_ += 2 * static_cast<int>(std::max(left, right)) + 2;
    Symbolic merged = sides[0];
    for (const Taken& t : taken[1]) {
      merged = states_.apply(merged, t.effects, t.time, sights[1], false);
    }
    for (Cell cell = 0; cell < merged.cells.size(); ++cell) {
      join(cell, sides[0].cells[cell], sides[1].cells[cell], merged.cells[cell]);
    }
    for (std::size_t sort = 0; sort < merged.used.size(); ++sort) {
      for (std::size_t i = 0; i < merged.used[sort].size(); ++i) {
        const Term& l = sides[0].used[sort][i];
        const Term& r = sides[1].used[sort][i];
        merged.used[sort][i] = b_.or_(l, r);
        facts_.push_back(b_.implies(b_.and_(l, r), start.used[sort][i]));
      }
    }
    return merged;
  }

  void join(Cell cell, const CellState& left, const CellState& right, CellState& merged) {
    const Kind kind = problem_.layout().kind_of(cell);
    if (kind == Kind::max || kind == Kind::min) {
      const bool greatest = kind == Kind::max;
      const Term left_wins =
          greatest ? b_.less(right.value, left.value) : b_.less(left.value, right.value);
      merged.value = b_.ite(left_wins, left.value, right.value);
    }
    const Term any = b_.any(merged.tags);
    for (Term& tag : merged.tags) tag = b_.no();
    merged.tags[0] = any;
  }

  Taken step(Symbolic& state, int side, const Term& time) {
    const std::string name = fmt::format("step{}", steps_++);
    const Terms shown = states_.shown(state);
    Taken taken{b_.integer(name), {}, no_effects(problem_.evaluator()), time};
    const auto count = static_cast<std::uint32_t>(problem_.spec().transactions.size());
    facts_.push_back(b_.less_equal(b_.zero(), taken.choice));
    facts_.push_back(b_.less(taken.choice, b_.number(count)));
    const Symbolic before = state;
    for (std::uint32_t t = 0; t < count; ++t) {
      const Term chosen = b_.equal(taken.choice, b_.number(t));
      const Slots arguments = problem_.arguments(t, fmt::format("{}.{}", name, t), facts_);
      const Execution run =
          execute(problem_.evaluator(), t, shown, states_.gone(before), arguments);
      facts_.push_back(b_.implies(chosen, run.guard));
      facts_.push_back(b_.implies(chosen, problem_.unused(t, arguments, before)));
      facts_.push_back(b_.implies(chosen, by_itself(t, arguments, side)));
      taken.effects = choose(b_, chosen, run.effects, taken.effects);
      states_.use(state, t, arguments, chosen);
      taken.arguments.push_back(arguments);
    }
    const std::vector<Terms> used = state.used;
    state = states_.apply(before, taken.effects, time, sights[side], true);
    state.used = used;
    facts_.push_back(states_.invariants(states_.shown(state)));
    return taken;
  }

  // `self` is the replica's own element: its number.
  Term by_itself(std::uint32_t t, const Slots& arguments, int side) const {
    Term result = b_.yes();
    const std::vector<spec::Parameter>& parameters = problem_.spec().transactions[t].parameters;
    for (std::size_t p = 0; p < parameters.size(); ++p) {
      if (parameters[p].minted != spec::Minted::self) continue;
      result = b_.and_(result, b_.equal(arguments[p], b_.number(side)));
    }
    return result;
  }

  spec::Run read(Query& query, const std::vector<Taken> (&before)[2],
                 const std::vector<Taken> (&after)[2]) {
    spec::Run run;
    const auto merge = [&](std::uint32_t to, std::uint32_t from) {
      run.push_back({spec::Step::What::merge, to, from, 0, {}});
    };
    const auto execute_all = [&](const std::vector<Taken>& steps, std::uint32_t replica) {
      for (const Taken& taken : steps) {
        const auto t = static_cast<std::uint32_t>(query.value(taken.choice));
        const std::size_t count = problem_.spec().transactions[t].parameters.size();
        std::vector<std::int64_t> arguments;
        for (std::size_t p = 0; p < count; ++p) {
          arguments.push_back(query.value(taken.arguments[t][p]));
        }
        run.push_back({spec::Step::What::execute, replica, 0, t, std::move(arguments)});
      }
    };
    execute_all(before[0], 0);
    execute_all(before[1], 1);
    if (!before[1].empty()) merge(0, 1);
    if (!before[0].empty()) merge(1, 0);
    execute_all(after[0], 0);
    execute_all(after[1], 1);
    merge(0, 1);
    return run;
  }

  Problem& problem_;
  const Builder& b_;
  States states_;
  Terms facts_;
  int now_ = 2;
  int steps_ = 0;
};

}  // namespace

std::optional<spec::Run> search(Problem& problem, const Shape& shape, bool& complete) {
  return Search(problem).run(shape, complete);
}

}  // namespace tribunal::checker::confluence::encoding
