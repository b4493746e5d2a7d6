// Orders found by Z3 against the linearizability checker on histories far beyond brute force, and
// against brute force for serializability.
#include <algorithm>

#include <gtest/gtest.h>

#include "history/files.h"
#include "tests/checker/hard_histories.h"
#include "tests/checker/order_oracle.h"
#include "tests/checker/serial_brute_force.h"
#include "tests/checker/unique_histories.h"
#include "tests/scale.h"

namespace tribunal::checker {
namespace {

using testing_support::brute_force_serial;
using testing_support::BruteForce;
using testing_support::ColouredHistory;
using testing_support::Dice;
using testing_support::Graph;
using testing_support::OrderAnswer;
using testing_support::PrePass;
using testing_support::RealTime;
using testing_support::Registers;
using testing_support::replay_serial;
using testing_support::serial_order;
using testing_support::Txn;
using testing_support::UniqueGenerator;
using testing_support::UniqueShape;

std::string text(const history::History& history) {
  std::string out;
  history::write_edn(history, out);
  return out;
}

// How often what was decided by whom.
struct Tally {
  std::uint64_t possible[2] = {0, 0};  // by the pre-pass, by the solver
  std::uint64_t impossible[2] = {0, 0};

  void count(const OrderAnswer& answer) {
    ++(answer.possible ? possible : impossible)[answer.solver_asked ? 1 : 0];
  }
  void record() const {
    testing::Test::RecordProperty("possible", static_cast<int>(possible[0]));
    testing::Test::RecordProperty("possible_by_solver", static_cast<int>(possible[1]));
    testing::Test::RecordProperty("impossible", static_cast<int>(impossible[0]));
    testing::Test::RecordProperty("impossible_by_solver", static_cast<int>(impossible[1]));
  }
};

// The verdict on a recorded history, and the same by the checker; both orders and verdicts agree.
void compare_with_checker(const UniqueGenerator& generator, Tally& tally) {
  const history::History history = generator.history();
  const Options options = generator.options();
  const BruteForce decoded(history, options);
  const std::vector<Txn> txns = transactions_of(decoded.ops(), options);
  const Registers initial = initial_registers(txns, options);
  ASSERT_TRUE(writes_are_unique(txns, initial));

  const OrderAnswer answer = serial_order(txns, initial, RealTime::respected);
  const auto check = check_linearizable(history, options);
  ASSERT_TRUE(check.ok()) << check.error().message;
  ASSERT_EQ(check->validity, answer.possible ? Validity::valid : Validity::invalid)
      << text(history);
  tally.count(answer);
  if (!answer.possible) return;
  ASSERT_EQ(replay_serial(txns, initial, RealTime::respected, answer.order), "") << text(history);
  std::vector<std::uint32_t> calls;
  for (const std::uint32_t t : answer.order) calls.push_back(txns[t].call);
  ASSERT_EQ(decoded.replay(calls), "") << text(history);
}

TEST(OrderOracle, AgreesWithTheCheckerOnRegistersOfUpTo200Operations) {
  const std::uint64_t cases = scaled(400, 80);
  Tally tally;
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Dice dice(seed + 9'000'000);
    UniqueShape shape;
    shape.txns = seed % 4 == 0 ? 100 + dice.below(101) : 2 + dice.below(60);
    shape.registers = 1 + dice.below(2);
    shape.single = true;
    shape.flaws = 2;
    compare_with_checker(UniqueGenerator(seed + 9'000'000, shape), tally);
    if (HasFatalFailure()) return;
  }
  tally.record();
  EXPECT_GT(tally.possible[0], cases / 3);
  EXPECT_GT(tally.impossible[0], cases / 6);
  EXPECT_GT(tally.possible[1], cases / 10);
  // With one value a write, clusters of a write and its reads conflict in real time or not at all
  // (Gibbons and Korach 1997), and reachability sees every such conflict.
  EXPECT_EQ(tally.impossible[1], 0U);
}

TEST(OrderOracle, AgreesWithTheCheckerOnTransactionsInRealTime) {
  const std::uint64_t cases = scaled(600, 80);
  Tally tally;
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Dice dice(seed + 10'000'000);
    UniqueShape shape;
    shape.txns = seed % 4 == 0 ? 60 + dice.below(61) : 2 + dice.below(30);
    shape.registers = 1 + dice.below(5);
    shape.flaws = 2;
    compare_with_checker(UniqueGenerator(seed + 10'000'000, shape), tally);
    if (HasFatalFailure()) return;
  }
  tally.record();
  EXPECT_GT(tally.possible[0], cases / 3);
  EXPECT_GT(tally.possible[1], cases / 10);
  EXPECT_GT(tally.impossible[0] + tally.impossible[1], cases / 6);
}

TEST(OrderOracle, AgreesWithBruteForceOnSerializability) {
  const std::uint64_t cases = scaled(4000, 300);
  Tally tally[2];
  std::uint64_t only_without_real_time = 0;
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    Dice dice(seed + 11'000'000);
    UniqueShape shape;
    shape.txns = 2 + dice.below(6);
    shape.registers = 1 + dice.below(4);
    shape.micros = 4;
    shape.flaws = 1 + dice.below(4);
    shape.scrambled = seed % 4 == 0;
    const UniqueGenerator generator(seed + 11'000'000, shape);
    bool possible[2] = {false, false};
    for (const RealTime real_time : {RealTime::respected, RealTime::ignored}) {
      const OrderAnswer answer = serial_order(generator.txns(), generator.initial(), real_time);
      const std::size_t which = real_time == RealTime::respected ? 0 : 1;
      possible[which] = answer.possible;
      tally[which].count(answer);
      ASSERT_EQ(answer.possible,
                brute_force_serial(generator.txns(), generator.initial(), real_time))
          << "seed " << seed << " real time " << 1 - which << "\n"
          << text(generator.history());
      if (!answer.possible) continue;
      ASSERT_EQ(replay_serial(generator.txns(), generator.initial(), real_time, answer.order), "")
          << "seed " << seed << "\n"
          << text(generator.history());
    }
    ASSERT_TRUE(possible[1] || !possible[0]);
    only_without_real_time += possible[1] && !possible[0] ? 1 : 0;
  }
  RecordProperty("only_without_real_time", static_cast<int>(only_without_real_time));
  EXPECT_GT(only_without_real_time, cases / 50);
  for (const Tally& one : tally) {
    EXPECT_GT(one.possible[0] + one.possible[1], cases / 4);
    EXPECT_GT(one.impossible[0] + one.impossible[1], cases / 6);
  }
  tally[1].record();
  EXPECT_GT(tally[1].possible[1], cases / 20);
}

// What was run one after another is serializable, and the solver alone says of everything the same
// as with its pre-pass.
TEST(OrderOracle, AgreesWithItselfOnSerializabilityOfManyTransactions) {
  const std::uint64_t cases = scaled(100, 20);
  Tally tally;
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    Dice dice(seed + 12'000'000);
    UniqueShape shape;
    shape.txns = 40 + dice.below(80);
    shape.registers = 2 + dice.below(20);
    shape.micros = 4;
    shape.flaws = seed % 3 == 0 ? 0 : 12;
    const UniqueGenerator generator(seed + 12'000'000, shape);
    const auto answer = serial_order(generator.txns(), generator.initial(), RealTime::ignored);
    const auto plain =
        serial_order(generator.txns(), generator.initial(), RealTime::ignored, PrePass::skip);
    ASSERT_EQ(answer.possible, plain.possible) << "seed " << seed;
    ASSERT_TRUE(answer.possible || shape.flaws > 0) << "seed " << seed;
    tally.count(answer);
    for (const OrderAnswer* one : {&answer, &plain}) {
      if (!one->possible) continue;
      ASSERT_EQ(replay_serial(generator.txns(), generator.initial(), RealTime::ignored, one->order),
                "")
          << "seed " << seed;
    }
  }
  tally.record();
  EXPECT_GT(tally.possible[1], cases / 4);
  EXPECT_GT(tally.impossible[0] + tally.impossible[1], cases / 8);
}

bool two_colours_do(std::uint32_t vertices, const Graph& graph) {
  for (std::uint32_t colours = 0; colours < 1U << vertices; ++colours) {
    const auto differ = [&](const auto& edge) {
      return ((colours >> edge.first ^ colours >> edge.second) & 1) != 0;
    };
    if (std::all_of(graph.begin(), graph.end(), differ)) return true;
  }
  return false;
}

TEST(OrderOracle, DistinguishesCasesWhereNoOrderIsForced) {
  const std::uint64_t cases = scaled(300, 20);
  Tally tally;
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    Dice dice(seed + 13'000'000);
    const std::uint32_t vertices = 3 + static_cast<std::uint32_t>(dice.below(10));
    Graph graph;
    const auto vertex = [&] { return static_cast<std::uint32_t>(dice.below(vertices)); };
    for (std::uint64_t n = 1 + dice.below(vertices + vertices / 2); n > 0; --n) {
      const std::uint32_t a = vertex(), b = vertex();
      if (a != b) graph.push_back({a, b});
    }
    const ColouredHistory history(vertices, graph);
    ASSERT_TRUE(writes_are_unique(history.txns(), {}));
    const OrderAnswer answer = serial_order(history.txns(), {}, RealTime::ignored);
    ASSERT_EQ(answer.possible, two_colours_do(vertices, graph)) << "seed " << seed;
    tally.count(answer);
    if (answer.possible) {
      ASSERT_EQ(replay_serial(history.txns(), {}, RealTime::ignored, answer.order), "");
    }
  }
  tally.record();
  EXPECT_GT(tally.possible[1], cases / 4);
  EXPECT_GT(tally.impossible[1], cases / 4);
}

}  // namespace
}  // namespace tribunal::checker
