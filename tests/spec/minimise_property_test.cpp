// Small runs that violate as large ones do.
#include <gtest/gtest.h>

#include "../scale.h"
#include "random_events.h"
#include "runs.h"

namespace tribunal::spec {
namespace {

constexpr const char* bank =
    "sort A[2]; counter c[A] = 1; op put(a: A, n: int) requires n > 0 { c[a] += n; }"
    "op take(a: A, n: int) requires n > 0 and c[a] >= n { c[a] -= n; }"
    "invariant positive: forall a: A . c[a] >= 0; invariant few: (sum a: A . c[a]) < 7;";
constexpr const char* firm =
    "sort D[3]; sort E[25]; tpset dept[D]; tpset emp[E]; lww of[E]: D;"
    "op create(d: D) { add dept[d]; }"
    "op hire(fresh e: E, d: D) requires dept[d] { add emp[e]; of[e] := d; }"
    "op drop(d: D) requires forall e: E . emp[e] => of[e] != d { remove dept[d]; }"
    "invariant fk: forall e: E . emp[e] => dept[of[e]];";

bool violates(const Replay& played, std::uint32_t invariant) {
  if (!played.violation || !played.all_committed) return false;
  const std::vector<std::uint32_t>& violated = played.steps[*played.violation].violated;
  return std::find(violated.begin(), violated.end(), invariant) != violated.end();
}

// Fresh elements once, `self` the replica's.
bool minted_properly(const Specimen& specimen, const spec::Run& run) {
  std::set<std::pair<std::uint32_t, std::int64_t>> minted;
  for (const Step& step : run) {
    if (step.what == Step::What::merge) continue;
    const auto& parameters = specimen.spec.transactions[step.transaction].parameters;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const std::int64_t argument = step.arguments[i];
      if (parameters[i].minted == Minted::self && argument != step.replica) return false;
      if (parameters[i].minted == Minted::fresh &&
          !minted.emplace(parameters[i].type.index, argument).second) {
        return false;
      }
    }
  }
  return true;
}

class AMinimisedRun : public testing::TestWithParam<const char*> {};

TEST_P(AMinimisedRun, StillViolatesAndNoStepOfItCanGo) {
  const Specimen specimen(GetParam());
  std::size_t violating = 0;
  for (std::uint64_t seed = 0; seed < scaled(400); ++seed) {
    const spec::Run run = random_run(specimen, seed, 25);
    const Replay played = replay(specimen.layout, run);
    const spec::Run small = minimise(specimen.layout, run);
    if (!played.violation) {
      ASSERT_EQ(small, run);
      continue;
    }
    ++violating;
    const std::uint32_t invariant = played.steps[*played.violation].violated.front();
    const Replay replayed = replay(specimen.layout, small);
    ASSERT_TRUE(violates(replayed, invariant)) << "seed " << seed;
    ASSERT_EQ(*replayed.violation + 1, small.size());
    ASSERT_EQ(small.back().what, Step::What::merge);
    ASSERT_LE(small.size(), *played.violation + 1);
    ASSERT_LE(replicas_of(small), replicas_of(run));
    ASSERT_TRUE(minted_properly(specimen, small)) << "seed " << seed;
    ASSERT_EQ(minimise(specimen.layout, small), small) << "seed " << seed;
    for (std::size_t i = 0; i < small.size(); ++i) {
      spec::Run less = small;
      less.erase(less.begin() + static_cast<std::ptrdiff_t>(i));
      ASSERT_FALSE(violates(replay(specimen.layout, less), invariant)) << "seed " << seed;
    }
  }
  EXPECT_GE(violating, scaled(400) / 20);
}
INSTANTIATE_TEST_SUITE_P(Of, AMinimisedRun,
                         testing::Values(bank, firm, rooms, slack, three, undone, claims));

TEST(AReplay, GivesWhatReplicasOfAStoreWouldShow) {
  const Specimen specimen(zoo);
  for (std::uint64_t seed = 0; seed < scaled(1000); ++seed) {
    const spec::Run run = random_run(specimen, seed, 30);
    const Replay played = replay(specimen.layout, run);
    std::vector<Replica> replicas(3, Replica(specimen.layout));
    for (std::size_t i = 0; i < run.size(); ++i) {
      Replica& here = replicas[run[i].replica];
      if (run[i].what == Step::What::merge) {
        here.merge(specimen.layout, replicas[run[i].from]);
      } else {
        const Attempt made =
            here.attempt(specimen.layout, run[i].transaction, run[i].arguments, run[i].replica, 3);
        ASSERT_EQ(made.outcome, played.steps[i].outcome);
        here.commit(specimen.layout, made.event);
      }
      ASSERT_EQ(here.shown(specimen.layout), played.steps[i].after) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace tribunal::spec
