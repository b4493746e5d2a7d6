// Cores: verify_proof must accept exactly those that the oracle finds impossible (and minimal, when
// they are said to be).
#include <gtest/gtest.h>

#include "tests/scale.h"
#include "tests/verify/oracle.h"
#include "tests/verify/random_history.h"
#include "verify/verify.h"

namespace tribunal::verify::test {
namespace {

std::vector<std::uint32_t> random_core(Random& random, const History& history, std::uint64_t keep) {
  std::vector<std::uint32_t> core;
  for (const Operation& operation : history.operations()) {
    if (random.percent(keep)) core.push_back(operation.invocation);
  }
  return core;
}

std::string show(const History& history, const std::string& proof) {
  std::string out;
  for (std::uint32_t i = 0; i < history.size(); ++i) out += history.show(i) + "\n";
  return out + proof;
}

struct Tally {
  std::uint64_t impossible = 0, minimal = 0, possible = 0;
};

// One random history, one random core of it, claimed with and without minimality.
void compare(Random& random, const std::string& model, const Shape& shape, const Odds& odds,
             std::uint64_t keep, Tally& tally) {
  const Setting setting = random_setting(random, model);
  const History history = random_history(random, setting, shape, odds);
  const std::vector<Operation> operations = history.operations();
  const Oracle oracle(history, setting, operations);
  ASSERT_TRUE(oracle.well_formed());
  const std::vector<std::uint32_t> core = random_core(random, history, keep);
  const Json key = key_name(operations.front(), history);
  const bool impossible = oracle.core_is_impossible(core);
  const bool minimal = impossible && oracle.core_is_minimal(core);
  for (const bool claim_minimal : {false, true}) {
    const Json keys = Json::array({invalid_key(key, core, claim_minimal)});
    const std::string proof = sealed(document(history, setting, keys));
    const Report report = verify_proof(history, proof);
    const bool truth = claim_minimal ? minimal : impossible;
    ASSERT_NE(report.finding, Finding::undecided) << show(history, proof);
    ASSERT_EQ(report.finding == Finding::accepted, truth) << model << ": " << report.reason << "\n"
                                                          << show(history, proof);
  }
  ++(minimal ? tally.minimal : impossible ? tally.impossible : tally.possible);
}

// Shrinks the whole history to a core that the oracle calls minimal, as a checker would.
std::vector<std::uint32_t> minimise(const Oracle& oracle, std::vector<std::uint32_t> core) {
  for (std::size_t i = 0; i < core.size();) {
    std::vector<std::uint32_t> rest = core;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
    if (oracle.core_is_impossible(rest)) {
      core = rest;
      i = 0;
    } else {
      ++i;
    }
  }
  return core;
}

class Cores : public testing::TestWithParam<std::string> {};

TEST_P(Cores, AreJudgedAsByTryingAllOrders) {
  Random random(1);
  Tally tally;
  const std::uint64_t cases = scaled(10'000);  // 60,000 over all models
  for (std::uint64_t i = 0; i < cases && !HasFatalFailure(); ++i) {
    const Shape shape{2 + random.below(6), 1 + random.below(4), random.below(2), 3, 0};
    compare(random, GetParam(), shape, {}, 50 + random.below(51), tally);
  }
  EXPECT_GT(tally.impossible + tally.minimal, cases / 20);
  EXPECT_GT(tally.possible, cases / 20);
}

TEST_P(Cores, OfFilesThatDeclareProducersAreJudgedByTheSameRule) {
  Random random(2);
  Tally tally;
  const std::uint64_t cases = scaled(4'000);
  for (std::uint64_t i = 0; i < cases && !HasFatalFailure(); ++i) {
    const Shape shape{2 + random.below(6), 1 + random.below(4), 0, 2, 0};
    compare(random, GetParam(), shape, {15, 5, 5, 60}, 80, tally);
  }
  EXPECT_GT(tally.impossible + tally.minimal, cases / 50);
}

// Wide histories with many optional operations: what the reductions of the search are for.
TEST_P(Cores, WithMuchConcurrencyAreJudgedAsByTryingAllOrders) {
  Random random(3);
  Tally tally;
  const std::uint64_t cases = scaled(600, 60);
  for (std::uint64_t i = 0; i < cases && !HasFatalFailure(); ++i) {
    const Shape shape{8 + random.below(5), 6, 0, 2 + random.below(2), 0};
    const Setting setting = random_setting(random, GetParam());
    const History history = random_history(random, setting, shape, {25, 10, 5, 0});
    const Oracle oracle(history, setting, history.operations());
    const std::vector<std::uint32_t> all = random_core(random, history, 100);
    const bool impossible = oracle.core_is_impossible(all);
    const Json keys = Json::array({invalid_key(nullptr, all, false)});
    const std::string proof = sealed(document(history, setting, keys));
    const Report report = verify_proof(history, proof);
    ASSERT_EQ(report.finding == Finding::accepted, impossible)
        << GetParam() << ": " << report.reason << "\n"
        << show(history, proof);
    ++(impossible ? tally.impossible : tally.possible);
  }
  EXPECT_GT(tally.impossible, cases / 50);
  EXPECT_GT(tally.possible, cases / 50);
}

TEST_P(Cores, ThatWereShrunkAreAcceptedAsMinimalAndNoPartOfThemIs) {
  Random random(4);
  std::uint64_t found = 0;
  for (std::uint64_t i = 0; i < scaled(1'500); ++i) {
    const Setting setting = random_setting(random, GetParam());
    const History history = random_history(random, setting, {7, 4, 0, 3, 0}, {});
    const Oracle oracle(history, setting, history.operations());
    std::vector<std::uint32_t> core = random_core(random, history, 100);
    if (!oracle.core_is_impossible(core)) continue;
    ++found;
    core = minimise(oracle, core);
    const auto finding = [&](const std::vector<std::uint32_t>& operations, bool minimal) {
      const Json keys = Json::array({invalid_key(nullptr, operations, minimal)});
      return verify_proof(history, sealed(document(history, setting, keys))).finding;
    };
    ASSERT_EQ(finding(core, true), Finding::accepted);
    for (std::size_t at = 0; at < core.size(); ++at) {
      std::vector<std::uint32_t> rest = core;
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(at));
      ASSERT_EQ(finding(rest, false), Finding::rejected);
    }
  }
  EXPECT_GT(found, scaled(1'500) / 20);
}

// The argument of docs/proofs.md, "Why this is sound", tried out: no excerpt of a history that is
// linearizable by construction is ever impossible.
TEST_P(Cores, OfPossibleHistoriesAreNeverAccepted) {
  Random random(5);
  for (std::uint64_t i = 0; i < scaled(6'000); ++i) {
    const Setting setting = random_setting(random, GetParam());
    const Known known =
        simulate(random, setting, {3 + random.below(12), 1 + random.below(5), 0, 3, 20});
    if (known.keys.empty()) continue;
    const std::vector<std::uint32_t> core =
        random_core(random, known.history, 20 + random.below(81));
    const Json keys = Json::array({invalid_key(known.keys[0].at("key"), core, false)});
    const std::string proof = sealed(document(known.history, setting, keys));
    ASSERT_EQ(verify_proof(known.history, proof).finding, Finding::rejected)
        << show(known.history, proof);
  }
}

INSTANTIATE_TEST_SUITE_P(EveryModel, Cores, testing::ValuesIn(models()), test_name);

}  // namespace
}  // namespace tribunal::verify::test
