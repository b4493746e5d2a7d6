// The search against brute force on random small histories of every model: no disagreement.
#include <algorithm>

#include <gtest/gtest.h>

#include "history/files.h"
#include "tests/checker/brute_force.h"
#include "tests/checker/random_histories.h"
#include "tests/scale.h"

namespace tribunal::checker {
namespace {

using testing_support::BruteForce;
using testing_support::Generator;

class EveryModel : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Models, EveryModel, testing::ValuesIn(model_names()),
                         [](const auto& model) {
                           std::string name = model.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

std::string text(const history::History& history) {
  std::string out;
  history::write_edn(history, out);
  return out;
}

// The orders of all keys one after another: each must be right, and complete.
std::string replay(const BruteForce& oracle, const Check& check) {
  std::vector<std::uint32_t> placed;
  for (const KeyProof& proof : check.proofs) {
    const std::string wrong = oracle.replay(proof.order);
    if (!wrong.empty()) return wrong;
    placed.insert(placed.end(), proof.order.begin(), proof.order.end());
  }
  for (const auto& op : oracle.ops()) {
    const auto times = std::count(placed.begin(), placed.end(), op.call);
    if (times > 1 || (times == 0 && op.must_happen)) {
      return "places operation " + std::to_string(op.call) + " " + std::to_string(times) + " times";
    }
    if (times == 1 && !op.must_happen && (op.f == "read" || op.f == "get")) {
      return "places a read without a result: " + std::to_string(op.call);
    }
  }
  return "";
}

// The longest prefix of an invalid key: right as far as it goes, and nothing reaches the event
// after it.
std::string check_prefix(const BruteForce& oracle, const KeyProof& proof,
                         const history::History& history) {
  const std::string wrong = oracle.replay(proof.order);
  if (!wrong.empty()) return wrong;
  const auto& stuck = oracle.op(history.partner(proof.stuck_at));
  for (const auto& op : oracle.ops()) {
    if (op.key != stuck.key || op.ret >= proof.stuck_at) continue;
    if (std::count(proof.order.begin(), proof.order.end(), op.call) != 1) {
      return "the prefix lacks " + std::to_string(op.call);
    }
  }
  if (oracle.reaches(proof.stuck_at, stuck.key)) return "an order reaches the stuck operation";
  if (proof.blocked.empty() || proof.blocked[0] != stuck.call)
    return "the stuck one is not blocked";
  for (const std::string& why : proof.blocked_why) {
    if (why.empty()) return "no reason is given";
  }
  return "";
}

TEST_P(EveryModel, IsJudgedAsBruteForceJudgesIt) {
  const std::uint64_t cases = scaled(25'000);
  std::uint64_t invalid = 0;
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    Generator generator(GetParam(), seed);
    const history::History history = generator.history(8);
    const BruteForce oracle(history, generator.options());
    auto check = check_linearizable(history, generator.options());
    ASSERT_TRUE(check.ok()) << check.error().message << "\n" << text(history);
    const bool expected = oracle.linearizable();
    ASSERT_EQ(check->validity, expected ? Validity::valid : Validity::invalid)
        << "seed " << seed << "\n"
        << text(history);
    invalid += expected ? 0 : 1;
    if (expected) {
      ASSERT_EQ(replay(oracle, *check), "") << "seed " << seed << "\n" << text(history);
    }
    for (const KeyProof& proof : check->proofs) {
      if (proof.validity != Validity::invalid) continue;
      ASSERT_EQ(check_prefix(oracle, proof, history), "") << "seed " << seed << "\n"
                                                          << text(history);
    }
  }
  RecordProperty("invalid", static_cast<int>(invalid));
  EXPECT_GT(invalid, cases / 5) << "the generator should make both kinds";
  EXPECT_LT(invalid, cases * 4 / 5);
}

}  // namespace
}  // namespace tribunal::checker
