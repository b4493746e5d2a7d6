// The two provers against one another, on random specifications.
#include <cstdint>
#include <iostream>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "checker/confluence/recheck.h"
#include "tests/scale.h"
#include "tests/spec/random_spec.h"
#include "tests/spec/specimen.h"

namespace tribunal::checker::confluence::recheck {
namespace {

confluence::Options quick() {
  confluence::Options options;
  options.conflicts = false;
  return options;
}

bool confirmed(Outcome outcome) {
  return outcome == Outcome::confirmed_unbounded || outcome == Outcome::confirmed_in_scope;
}

// What one prover proves, the other does not refute, and hardly ever fails to prove.
TEST(ConfluenceProvenAgain, NeverRefutesTheProver) {
  std::map<std::string, std::uint64_t> tally;
  const std::uint64_t cases = scaled(120);
  std::uint64_t confluent = 0;
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    const std::string text = spec::random_spec(seed);
    const spec::Spec spec = spec::parsed(text);
    const Decision decision = decide(spec, quick());
    if (decision.verdict != Verdict::confluent) continue;
    const Recheck result = prove_again(spec, decision);
    ASSERT_NE(result.outcome, Outcome::refuted) << "seed " << seed << ": " << result.note << "\n"
                                                << text;
    ++tally[name_of(result.outcome)];
    ++confluent;
  }
  for (const auto& [outcome, count] : tally) std::cout << outcome << ": " << count << "\n";
  EXPECT_GE(confluent, cases / 3);
  EXPECT_LE(tally["unknown"], confluent / 20);
  EXPECT_GE(tally["confirmed"], confluent / 3);
}

// What a run violates has no proof by any route.
TEST(ConfluenceProvenAgain, NeverConfirmsWhatARunViolates) {
  std::uint64_t claims = 0;
  const std::uint64_t cases = scaled(120);
  for (std::uint64_t seed = 10'000; seed < 10'000 + cases; ++seed) {
    const std::string text = spec::random_spec(seed);
    const spec::Spec spec = spec::parsed(text);
    Decision decision = decide(spec, quick());
    if (decision.verdict != Verdict::not_confluent) continue;
    for (const Route route : {Route::closed, Route::origin_states}) {
      decision.route = route;
      const Recheck result = prove_again(spec, decision);
      ASSERT_FALSE(confirmed(result.outcome)) << "seed " << seed << " by " << name_of(route) << "\n"
                                              << text;
      ++claims;
    }
  }
  EXPECT_GE(claims, cases / 4);
}

}  // namespace
}  // namespace tribunal::checker::confluence::recheck
