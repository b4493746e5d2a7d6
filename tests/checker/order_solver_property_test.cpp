// The solver of orders on arbitrary small questions, against every permutation; and its pre-pass
// against the solver without it.
#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

#include "tests/checker/order_solver.h"
#include "tests/checker/random_histories.h"
#include "tests/scale.h"

namespace tribunal::checker {
namespace {

using testing_support::Dice;
using testing_support::Edge;
using testing_support::Either;
using testing_support::find_order;
using testing_support::OrderAnswer;
using testing_support::OrderQuestion;
using testing_support::PrePass;

bool satisfies(const OrderQuestion& question, const std::vector<std::uint32_t>& order) {
  if (order.size() != question.points) return false;
  std::vector<std::size_t> at(question.points, order.size());
  for (std::size_t i = 0; i < order.size(); ++i) at[order[i]] = i;
  if (std::count(at.begin(), at.end(), order.size()) != 0) return false;
  const auto holds = [&](Edge edge) { return at[edge.before] < at[edge.after]; };
  return std::all_of(question.edges.begin(), question.edges.end(), holds) &&
         std::all_of(question.clauses.begin(), question.clauses.end(),
                     [&](const Either& e) { return holds(e.one) || holds(e.other); });
}

bool some_permutation_satisfies(const OrderQuestion& question) {
  std::vector<std::uint32_t> order(question.points);
  std::iota(order.begin(), order.end(), 0U);
  do {
    if (satisfies(question, order)) return true;
  } while (std::next_permutation(order.begin(), order.end()));
  return false;
}

// Edges follow a hidden order for the most part; every clause has a half that does, or not.
OrderQuestion random_question(Dice& dice, std::uint32_t points, std::uint64_t clauses) {
  OrderQuestion question{points, {}, {}};
  const auto edge = [&](std::uint64_t forward) {
    auto a = static_cast<std::uint32_t>(dice.below(points));
    auto b = static_cast<std::uint32_t>(dice.below(points));
    if (a > b && dice.chance(forward)) std::swap(a, b);
    return Edge{a, b};
  };
  const auto proper = [&](std::uint64_t forward) {
    Edge made = edge(forward);
    while (made.before == made.after && !dice.chance(2)) made = edge(forward);
    return made;
  };
  for (std::uint64_t n = dice.below(points); n > 0; --n) question.edges.push_back(proper(97));
  const std::uint64_t forward = 10 + dice.below(60);
  for (std::uint64_t n = dice.below(clauses); n > 0; --n) {
    question.clauses.push_back({proper(forward), proper(forward)});
  }
  return question;
}

TEST(OrderSolver, FindsAnOrderExactlyIfSomePermutationIsOne) {
  const std::uint64_t cases = scaled(1500, 300);
  std::uint64_t possible = 0, solved_possible = 0, solved_impossible = 0;
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    Dice dice(seed + 7'000'000);
    const auto points = 2 + static_cast<std::uint32_t>(dice.below(6));
    const OrderQuestion question = random_question(dice, points, points * 4);
    const OrderAnswer answer = find_order(question);
    ASSERT_EQ(answer.possible, some_permutation_satisfies(question)) << "seed " << seed;
    if (answer.possible) {
      ASSERT_TRUE(satisfies(question, answer.order)) << "seed " << seed;
    }
    possible += answer.possible ? 1 : 0;
    if (answer.solver_asked) ++(answer.possible ? solved_possible : solved_impossible);
  }
  RecordProperty("possible", static_cast<int>(possible));
  RecordProperty("solved_possible", static_cast<int>(solved_possible));
  RecordProperty("solved_impossible", static_cast<int>(solved_impossible));
  EXPECT_GT(possible, cases / 4);
  EXPECT_LT(possible, cases * 3 / 4);
  EXPECT_GT(solved_possible, cases / 20) << "the pre-pass should leave something over";
  EXPECT_GT(solved_impossible, cases / 200) << "also of what cannot be ordered";
}

TEST(OrderSolver, AnswersTheSameWithoutItsPrePass) {
  const std::uint64_t cases = scaled(150, 20);
  std::uint64_t possible = 0, solved = 0;
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    Dice dice(seed + 8'000'000);
    const auto points = 20 + static_cast<std::uint32_t>(dice.below(30));
    const OrderQuestion question = random_question(dice, points, points * 10);
    const OrderAnswer answer = find_order(question);
    const OrderAnswer plain = find_order(question, PrePass::skip);
    ASSERT_EQ(answer.possible, plain.possible) << "seed " << seed;
    if (answer.possible) {
      ASSERT_TRUE(satisfies(question, answer.order)) << "seed " << seed;
      ASSERT_TRUE(satisfies(question, plain.order)) << "seed " << seed;
    }
    possible += answer.possible ? 1 : 0;
    solved += answer.solver_asked ? 1 : 0;
  }
  RecordProperty("possible", static_cast<int>(possible));
  RecordProperty("solved", static_cast<int>(solved));
  EXPECT_GT(possible, cases / 4);
  EXPECT_LT(possible, cases * 3 / 4);
  EXPECT_GT(solved, cases / 4);
}

// Each clause is forced only after the one before it, which is listed after it.
TEST(OrderSolver, FollowsAChainOfForcedClausesWithoutAskingZ3) {
  for (const std::uint32_t points : {3U, 64U, 65U, 66U, 129U}) {
    OrderQuestion question{points, {{0, 1}}, {}};
    for (std::uint32_t p = points - 2; p > 0; --p) {
      question.clauses.push_back({{p, 0}, {p, p + 1}});
      question.clauses.push_back({{p, p + 1}, {p, 0}});
    }
    const OrderAnswer answer = find_order(question);
    EXPECT_TRUE(answer.possible);
    EXPECT_FALSE(answer.solver_asked);
    EXPECT_TRUE(satisfies(question, answer.order)) << points;

    question.edges.push_back({points - 1, 1});
    const OrderAnswer closed = find_order(question);
    EXPECT_FALSE(closed.possible) << points;
    EXPECT_FALSE(closed.solver_asked);
  }
}

}  // namespace
}  // namespace tribunal::checker
