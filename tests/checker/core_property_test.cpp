// Cores on random histories, judged by brute force from the definition of an excerpt: each is
// impossible, and minimal; written as a file of its own it keeps its meaning.
#include <algorithm>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "checker/proof.h"
#include "history/files.h"
#include "tests/checker/brute_force.h"
#include "tests/checker/random_histories.h"
#include "tests/scale.h"

namespace tribunal::checker {
namespace {

using testing_support::BruteForce;
using testing_support::Dice;
using testing_support::Generator;

std::string text(const history::History& history) {
  std::string out;
  history::write_edn(history, out);
  return out;
}

class CoresOf : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Models, CoresOf, testing::ValuesIn(model_names()), [](const auto& model) {
  std::string name = model.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

// Is the core right and minimal?  "" or what is wrong.
std::string judge(const BruteForce& oracle, const std::vector<std::uint32_t>& core) {
  const std::set<std::uint32_t> all(core.begin(), core.end());
  if (!std::is_sorted(core.begin(), core.end()) || all.size() != core.size())
    return "not ascending";
  if (oracle.possible(all)) return "the core is possible";
  for (const std::uint32_t call : core) {
    std::set<std::uint32_t> less = all;
    less.erase(call);
    if (!oracle.possible(less)) return "it is impossible without " + std::to_string(call);
  }
  return "";
}

// The same of the core as a history of its own, after writing and reading it, by the checker and by
// brute force.
std::string judge_alone(const history::History& core, const Options& options) {
  const auto again = history::read_text(text(core), "core.edn");
  if (!again.ok()) return again.error().show();
  const auto verdict = check_linearizable(*again, options);
  if (!verdict.ok()) return verdict.error().message;
  if (verdict->validity != Validity::invalid) return "valid when checked alone";
  if (BruteForce(*again, options).linearizable()) return "possible alone";
  std::vector<std::uint32_t> calls;
  for (const history::Operation& operation : again->operations())
    calls.push_back(operation.invocation);
  for (std::size_t i = 0; i < calls.size(); ++i) {
    std::vector<std::uint32_t> rest = calls;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
    const history::History cut = again->excerpt(rest);
    const auto less = check_linearizable(cut, options);
    if (!less.ok()) return less.error().message;
    if (less->validity != Validity::valid)
      return "still invalid without " + std::to_string(calls[i]);
  }
  return "";
}

TEST_P(CoresOf, AreImpossibleAndMinimalInPlaceAndAlone) {
  const std::uint64_t cases = scaled(6'000);
  std::uint64_t seen = 0;
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    Generator generator(GetParam(), seed + 1'000'000);
    const history::History history = generator.history(8);
    const auto check = check_linearizable(history, generator.options());
    ASSERT_TRUE(check.ok());
    const BruteForce oracle(history, generator.options());
    for (const Anomaly& anomaly : check->anomalies) {
      ++seen;
      ASSERT_TRUE(anomaly.minimal);
      ASSERT_EQ(judge(oracle, anomaly.operations), "") << "seed " << seed << "\n" << text(history);
      const history::History core = core_history(history, generator.options(), anomaly);
      ASSERT_EQ(judge_alone(core, generator.options()), "") << "seed " << seed << "\n"
                                                            << text(history) << "core:\n"
                                                            << text(core);
      ASSERT_FALSE(anomaly.kind.empty());
      ASSERT_FALSE(anomaly.explanation.empty());
      ASSERT_GE(anomaly.steps.size(), anomaly.operations.size() + 2) << anomaly.explanation;
    }
  }
  EXPECT_GT(seen, cases / 5);
}

// The claim on which cores rest, of the definition itself: more operations never make an impossible
// excerpt possible, and an impossible excerpt makes the history impossible.
TEST_P(CoresOf, ExcerptsAreMonotone) {
  const std::uint64_t cases = scaled(6'000);
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    Generator generator(GetParam(), seed + 2'000'000);
    const history::History history = generator.history(7);
    const BruteForce oracle(history, generator.options());
    Dice dice(seed);
    std::set<std::uint32_t> large;
    std::set<std::uint32_t> small;
    for (const auto& op : oracle.ops()) {
      if (dice.chance(80)) large.insert(op.call);
      if (large.count(op.call) != 0 && dice.chance(80)) small.insert(op.call);
    }
    if (oracle.possible(small)) continue;
    ASSERT_FALSE(oracle.possible(large)) << "seed " << seed << "\n" << text(history);
    ASSERT_FALSE(oracle.linearizable()) << "seed " << seed << "\n" << text(history);
  }
}

TEST_P(CoresOf, AreInTheProofDocumentWithAMatchingSeal) {
  for (std::uint64_t seed = 0; seed < scaled(500); ++seed) {
    Generator generator(GetParam(), seed + 3'000'000);
    const history::History history = generator.history(8);
    const auto check = check_linearizable(history, generator.options());
    ASSERT_TRUE(check.ok());
    auto document = nlohmann::json::parse(proof_json(history, generator.options(), *check));
    ASSERT_EQ(document["keys"].size(), check->proofs.size());
    for (std::size_t i = 0; i < check->proofs.size(); ++i) {
      const KeyProof& proof = check->proofs[i];
      const auto& key = document["keys"][i];
      ASSERT_EQ(key["valid"], proof.validity == Validity::valid);
      if (proof.validity == Validity::valid) {
        ASSERT_EQ(key["order"], nlohmann::json(proof.order));
      } else {
        ASSERT_EQ(key["core"], nlohmann::json(proof.core));
        ASSERT_EQ(key["minimal"], true);
      }
    }
    const std::string seal = document["seal"];
    document.erase("seal");
    std::uint64_t fnv = 0xcbf29ce484222325ULL;
    for (const char c : document.dump(-1, ' ', true)) {
      fnv = (fnv ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    }
    ASSERT_EQ(std::stoull(seal, nullptr, 16), mix64(fnv));
    ASSERT_EQ(seal.size(), 16U);
  }
}

}  // namespace
}  // namespace tribunal::checker
