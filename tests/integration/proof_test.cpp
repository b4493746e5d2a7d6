// The checker and the verifier share nothing but the reading of histories, so their agreement is
// worth something: every proof that the one writes, the other accepts, and no damaged one.
#include "checker/proof.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "checker/check.h"
#include "history/files.h"
#include "tests/scale.h"
#include "tests/verify/corrupt.h"
#include "tests/verify/random_history.h"
#include "verify/verify.h"

namespace tribunal {
namespace {

using verify::Finding;
using verify::test::Random;
using verify::test::Setting;

checker::Options options_of(const Setting& setting) {
  checker::Options options;
  options.model = setting.model;
  if (!setting.initial.is_nil() || setting.model == "kv") options.initial = setting.initial;
  options.failed_cas = setting.observe ? checker::FailedCas::observe : checker::FailedCas::ignore;
  options.nil_read = setting.any ? checker::NilRead::any : checker::NilRead::value;
  return options;
}

std::string show(const history::History& history) {
  std::string out;
  history::write_edn(history, out);
  return out;
}

struct Tally {
  std::uint64_t valid = 0, invalid = 0;
};

// Checks, and insists that the proof is accepted and claims what the verdict is.
std::string proof_of(const history::History& history, const checker::Options& options,
                     Tally& tally) {
  const auto check = checker::check_linearizable(history, options);
  EXPECT_TRUE(check.ok()) << check.error().message << "\n" << show(history);
  if (!check.ok()) return "";
  EXPECT_NE(check->validity, checker::Validity::unknown) << check->reason;
  std::string proof = checker::proof_json(history, options, *check);
  const verify::Report report = verify::verify_proof(history, proof);
  EXPECT_EQ(report.claim, checker::name(check->validity));
  EXPECT_EQ(report.finding, Finding::accepted) << report.reason << "\n" << show(history) << proof;
  ++(check->validity == checker::Validity::valid ? tally.valid : tally.invalid);
  return proof;
}

class Proofs : public testing::TestWithParam<std::string> {};

TEST_P(Proofs, OfRandomSmallHistoriesAreAccepted) {
  Random random(31);
  Tally tally;
  for (std::uint64_t i = 0; i < scaled(6'000) && !HasFailure(); ++i) {
    const Setting setting = random_setting(random, GetParam());
    const verify::test::Shape shape{1 + random.below(8), 1 + random.below(5), random.below(2), 3,
                                    0};
    checker::Options options = options_of(setting);
    options.minimise = random.percent(80);
    proof_of(random_history(random, setting, shape, {}), options, tally);
  }
  EXPECT_GT(tally.valid, scaled(6'000) / 50);
  EXPECT_GT(tally.invalid, scaled(6'000) / 50);
}

TEST_P(Proofs, OfHistoriesThatDeclareProducersAreAccepted) {
  Random random(32);
  Tally tally;
  for (std::uint64_t i = 0; i < scaled(3'000) && !HasFailure(); ++i) {
    const Setting setting = random_setting(random, GetParam());
    const verify::test::Shape shape{1 + random.below(7), 1 + random.below(4), 0, 2, 0};
    proof_of(random_history(random, setting, shape, {15, 8, 8, 60}), options_of(setting), tally);
  }
  EXPECT_GT(tally.valid, scaled(3'000) / 50);
  EXPECT_GT(tally.invalid, scaled(3'000) / 50);
}

TEST_P(Proofs, OfSimulatedAndDisturbedHistoriesWithSeveralKeysAreAccepted) {
  Random random(33);
  Tally tally;
  for (std::uint64_t i = 0; i < scaled(1'000) && !HasFailure(); ++i) {
    const Setting setting = random_setting(random, GetParam());
    const verify::test::Shape shape{10 + random.below(60), 2 + random.below(5), random.below(5), 4,
                                    random.below(30)};
    const verify::test::Known known = simulate(random, setting, shape);
    const std::uint64_t valid = tally.valid;
    proof_of(known.history, options_of(setting), tally);
    EXPECT_GT(tally.valid, valid) << "an order is known by construction\n" << show(known.history);
    proof_of(disturbed(random, known.history), options_of(setting), tally);
  }
  if (GetParam() != "mutex" && GetParam() != "multi-register") {
    EXPECT_GT(tally.invalid, scaled(1'000) / 20);
  }
}

// A core written as a history of its own is impossible, and possible without any one of its
// operations; all of these verdicts are proven in turn.
TEST_P(Proofs, OfCoresCheckedAloneAreAccepted) {
  Random random(34);
  Tally tally;
  std::uint64_t cores = 0;
  for (std::uint64_t i = 0; i < scaled(1'500) && !HasFailure(); ++i) {
    const Setting setting = random_setting(random, GetParam());
    const checker::Options options = options_of(setting);
    const auto history = random_history(random, setting, {9, 4, random.below(2), 3, 0}, {});
    const auto check = checker::check_linearizable(history, options);
    ASSERT_TRUE(check.ok());
    for (const checker::Anomaly& anomaly : check->anomalies) {
      const history::History core = checker::core_history(history, options, anomaly);
      const std::uint64_t invalid = tally.invalid;
      proof_of(core, options, tally);
      EXPECT_EQ(tally.invalid, invalid + 1) << show(history) << "core:\n" << show(core);
      ++cores;
      std::vector<std::uint32_t> all;
      for (const auto& operation : core.operations()) all.push_back(operation.invocation);
      for (std::size_t at = 0; anomaly.minimal && at < all.size(); ++at) {
        std::vector<std::uint32_t> rest = all;
        rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(at));
        const std::uint64_t valid = tally.valid;
        proof_of(core.excerpt(rest), options, tally);
        EXPECT_EQ(tally.valid, valid + 1) << "without " << at << " of\n" << show(core);
      }
    }
  }
  EXPECT_GT(cores, scaled(1'500) / 20);
}

// Values and names that some model cannot make sense of, and some that all can.
history::History malformed(Random& random, const history::History& history) {
  using history::Value;
  const std::vector<Value> odd{
      Value(),
      Value::integer(1),
      Value::string("a"),
      Value::real(0.5),
      Value::boolean(true),
      Value::keyword("k"),
      Value::vector({}),
      Value::pair(Value::integer(1), Value()),
      Value::list({Value::integer(1), Value::integer(2)}),
      Value::vector({Value::integer(1), Value(), Value()}),
      Value::set({Value::integer(1)}),
      Value::map({Value::integer(1), Value()}),
      Value::vector({verify::test::micro("write", Value(), Value::pair(Value(), Value()))}),
      Value::list({verify::test::micro("read", Value::set({}), Value::integer(1))}),
      Value::vector({verify::test::micro("append", Value(), Value())})};
  history::History out;

  const auto process = random.below(4);
  for (std::uint32_t i = 0; i < history.size(); ++i) {
    const history::Event event = history.event(i);
    verify::test::Line line{index(event.process), event.type, history.name(event.f),
                            history.value(event.value)};
    if (random.percent(10)) line.value = random.pick(odd);
    if (process == 0 && index(event.process) == 0) line.f = "enqueue";
    append(out, line);
  }
  return out;
}

// Bad usage for the one is worthless for the other, and for nothing else.
TEST_P(Proofs, OfHistoriesThatMakeNoSenseDoNotExist) {
  Random random(36);
  std::uint64_t refused = 0;
  Tally tally;
  for (std::uint64_t i = 0; i < scaled(4'000) && !HasFailure(); ++i) {
    const Setting setting = random_setting(random, GetParam());
    const auto history =
        malformed(random, random_history(random, setting, {1 + random.below(5), 3, 0, 3, 0}, {}));
    const auto check = checker::check_linearizable(history, options_of(setting));
    const auto keys = verify::test::Json::array({verify::test::unknown_key(nullptr, "unknown")});
    const auto report = verify::verify_proof(
        history, verify::test::sealed(verify::test::document(history, setting, keys)));
    EXPECT_EQ(check.ok() ? Finding::undecided : Finding::rejected, report.finding)
        << (check.ok() ? report.reason : check.error().message) << "\n"
        << show(history);
    if (check.ok()) proof_of(history, options_of(setting), tally);
    refused += check.ok() ? 0 : 1;
  }
  EXPECT_GT(refused, scaled(4'000) / 20);
  EXPECT_GT(tally.valid + tally.invalid, scaled(4'000) / 20);
}

TEST_P(Proofs, ThatWereDamagedAreRejected) {
  Random random(35);
  Tally tally;
  const std::uint64_t proofs = scaled(200);
  for (std::uint64_t i = 0; i < proofs && !HasFailure(); ++i) {
    const Setting setting = random_setting(random, GetParam());
    const auto history = random_history(random, setting, {6, 4, 1, 3, 0}, {});
    const std::string proof = proof_of(history, options_of(setting), tally);
    const auto meaning = verify::test::Json::parse(proof);
    for (int j = 0; j < 10; ++j) {
      const std::string damaged = verify::test::corrupt_bytes(random, proof);
      const auto parsed = verify::test::Json::parse(damaged, nullptr, false);
      if (parsed == meaning && parsed.dump() == meaning.dump()) continue;
      EXPECT_EQ(verify::verify_proof(history, damaged).finding, Finding::rejected) << damaged;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EveryModel, Proofs, testing::ValuesIn(verify::test::models()),
                         verify::test::test_name);

// The histories of real systems, each as the model that is recognised.
TEST(RecordedProofs, AreAccepted) {
  const std::filesystem::path data =
      std::filesystem::path(TRIBUNAL_SOURCE_DIR) / ".." / "shared" / "data" / "linearizability";
  if (!std::filesystem::exists(data)) GTEST_SKIP() << "no recorded histories at " << data;
  Tally tally;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(data)) {
    const std::string path = entry.path().string();
    const bool wanted =
        path.find("porcupine") != std::string::npos || path.find("knossos") != std::string::npos;
    if (!entry.is_regular_file() || !wanted) continue;
    const auto history = history::read_file(path);
    if (!history.ok() || history->empty()) continue;  // licences
    checker::Options options;
    if (path.find("cas-register") != std::string::npos) {
      options.initial = history::Value::integer(0);
      options.nil_read = checker::NilRead::any;
    }
    if (path.find("porcupine/kv") != std::string::npos)
      options.initial = history::Value::string("");
    SCOPED_TRACE(path);
    proof_of(*history, options, tally);
  }
  EXPECT_GT(tally.valid, 50U);
  EXPECT_GT(tally.invalid, 50U);
}

}  // namespace
}  // namespace tribunal
