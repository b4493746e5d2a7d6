// Prover against simulator, on random specifications: neither shares anything with the other but
// the syntax tree and the interpreter's semantics.
#include <gtest/gtest.h>

#include "checker/confluence/decision.h"
#include "spec/parse.h"
#include "spec/simulate.h"
#include "tests/scale.h"
#include "tests/spec/random_spec.h"

namespace tribunal::checker::confluence {
namespace {

spec::Spec random(std::uint64_t seed) {
  const std::string text = spec::random_spec(seed);
  auto spec = spec::parse(text);
  EXPECT_TRUE(spec.ok()) << text;
  return spec ? *std::move(spec) : spec::Spec{};
}

bool violated_by_simulation(const spec::Spec& spec, const Decision& decision, std::uint64_t seed,
                            std::uint32_t runs) {
  const spec::Layout layout(spec, decision.scope.sizes);
  spec::SimulationOptions options;
  options.runs = runs;
  options.seed = seed + 1;  // not the seed of the prover's own simulation
  return spec::simulate(layout, options).violating.has_value();
}

// Verdicts of 1,000 specifications. The prover's own simulation is kept short, so that its rules
// are put to the test.
class ProverAgainstSimulator : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(ProverAgainstSimulator, NeverDisagree) {
  Options options;
  options.simulated_runs = 60;
  options.conflicts = false;
  std::uint64_t confluent = 0;
  std::uint64_t not_confluent = 0;
  const std::uint64_t count = scaled(1000, 40);
  for (std::uint64_t seed = GetParam() * 1000; seed < GetParam() * 1000 + count; ++seed) {
    const spec::Spec spec = random(seed);
    const Decision decision = decide(spec, options);
    if (decision.verdict == Verdict::confluent) {
      ++confluent;
      EXPECT_FALSE(violated_by_simulation(spec, decision, seed, 600))
          << "seed " << seed << " by " << name_of(decision.route) << "\n"
          << spec::random_spec(seed);
    }
    if (decision.verdict == Verdict::not_confluent) {
      ++not_confluent;
      const spec::Layout layout(spec, decision.scope.sizes);
      const spec::Replay replay = spec::replay(layout, *decision.counterexample);
      EXPECT_TRUE(replay.violation && replay.all_committed) << "seed " << seed;
    }
    EXPECT_EQ(decision.reason.find("when executed"), std::string::npos)
        << "seed " << seed << ": " << decision.reason;
  }
  EXPECT_GT(confluent * 10, count * 3) << "too few to mean anything";
  EXPECT_GT(not_confluent * 10, count);
}
INSTANTIATE_TEST_SUITE_P(Thousands, ProverAgainstSimulator, ::testing::Range<std::uint64_t>(0, 5));

// Each unsound rule proves some specification confluent that the simulator violates.
struct Planted {
  const char* name;
  Mutation mutation;
};
class UnsoundRule : public ::testing::TestWithParam<Planted> {};

TEST_P(UnsoundRule, IsCaught) {
  if (scaled(100) < 100) GTEST_SKIP() << "too few specifications when scaled down";
  Options options;
  options.simulated_runs = 0;
  options.conflicts = false;
  options.most_per_side = 0;  // only whether it claims a proof matters
  options.mutation = GetParam().mutation;
  for (std::uint64_t seed = 0; seed < 5000; ++seed) {
    const spec::Spec spec = random(seed);
    const Decision decision = decide(spec, options);
    if (decision.verdict != Verdict::confluent) continue;
    if (violated_by_simulation(spec, decision, seed, 400)) return;
  }
  FAIL() << "no specification shows that " << GetParam().name << " is unsound";
}
INSTANTIATE_TEST_SUITE_P(All, UnsoundRule,
                         ::testing::Values(Planted{"DiamondsSuffice", Mutation::diamonds_suffice},
                                           Planted{"OriginsAreHere", Mutation::origins_are_here},
                                           Planted{"GuardsLast", Mutation::guards_last},
                                           Planted{"OneTag", Mutation::one_tag},
                                           Planted{"ExtremaByEffects",
                                                   Mutation::extrema_by_effects}),
                         [](const auto& planted) { return planted.param.name; });

}  // namespace
}  // namespace tribunal::checker::confluence
