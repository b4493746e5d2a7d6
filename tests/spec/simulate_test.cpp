// Random runs find what can go wrong, and nothing that cannot.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "../scale.h"
#include "runs.h"

namespace tribunal::spec {
namespace {

void expect_minimal(const Specimen& specimen, const spec::Run& run) {
  const Replay played = replay(specimen.layout, run);
  ASSERT_TRUE(played.violation);
  EXPECT_EQ(*played.violation + 1, run.size());
  EXPECT_EQ(run.back().what, Step::What::merge);
  EXPECT_TRUE(played.all_committed);
}

TEST(Simulation, AgreesWithEveryScenario) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(TRIBUNAL_SOURCE_DIR) / "scenarios/confluence")) {
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    const Specimen specimen(text.str());
    const Simulation simulation = simulate(specimen.layout, {});
    if (specimen.spec.expect == Expectation::confluent) {
      EXPECT_FALSE(simulation.violating) << entry.path();
      EXPECT_EQ(simulation.runs, 2000U);
      for (const std::uint64_t times : simulation.committed) EXPECT_GT(times, 100U) << entry.path();
    } else {
      ASSERT_TRUE(simulation.violating) << entry.path();
      expect_minimal(specimen, *simulation.violating);
      EXPECT_TRUE(branches(*simulation.violating)) << entry.path();
    }
    ++files;
  }
  EXPECT_GE(files, 11U);
}

// Whatever the seed, the same conflict is shown in the same way.
void expect_found(const Specimen& specimen, const spec::Run& expected) {
  for (std::uint64_t seed = 1; seed <= scaled(20); ++seed) {
    const Simulation simulation = simulate(specimen.layout, {.seed = seed});
    ASSERT_TRUE(simulation.violating) << "seed " << seed;
    EXPECT_EQ(*simulation.violating, expected) << "seed " << seed;
  }
}

TEST(ViolatingRuns, ArePlainWithdrawals) {
  const Specimen bank(
      "sort A[3]; counter c[A]; op put(a: A, n: int) requires n > 0 { c[a] += n; }"
      "op take(a: A, n: int) requires n > 0 and c[a] >= n { c[a] -= n; }"
      "invariant positive: forall a: A . c[a] >= 0;");
  expect_found(bank,
               {executes(bank, 0, "put", {0, 1}), merges(1, 0), executes(bank, 0, "take", {0, 1}),
                executes(bank, 1, "take", {0, 1}), merges(0, 1)});
}

TEST(ViolatingRuns, ArePlainBookings) {
  const Specimen specimen(rooms);
  expect_found(specimen, {executes(specimen, 0, "book", {0, 0, 0, 1}),
                          executes(specimen, 1, "book", {1, 0, 0, 1}), merges(0, 1)});
}

TEST(ViolatingRuns, HaveTheirBranchesInAnOrder) {
  const Specimen firm(
      "sort D[2]; sort E[4]; tpset dept[D]; tpset emp[E]; lww of[E]: D;"
      "op create(d: D) { add dept[d]; }"
      "op hire(fresh e: E, d: D) requires dept[d] { add emp[e]; of[e] := d; }"
      "op drop(d: D) requires forall e: E . emp[e] => of[e] != d { remove dept[d]; }"
      "invariant fk: forall e: E . emp[e] => dept[of[e]];");
  expect_found(firm, {executes(firm, 0, "create", {0}), executes(firm, 0, "hire", {0, 0}),
                      executes(firm, 1, "drop", {0}), merges(0, 1)});
}

TEST(ViolatingRuns, NameReplicasByTheirNumbers) {
  const Specimen specimen(claims);
  expect_found(specimen, {executes(specimen, 0, "claim", {0}), executes(specimen, 1, "claim", {1}),
                          merges(0, 1)});
}

TEST(ViolatingRuns, MayNeedAMergeBeforeTheyBranch) {
  const Specimen specimen(slack);
  const Simulation simulation = simulate(specimen.layout, {});
  ASSERT_TRUE(simulation.violating);
  EXPECT_EQ(*simulation.violating,
            (spec::Run{executes(specimen, 0, "inc"), executes(specimen, 1, "inc"), merges(0, 1),
                       merges(1, 0), executes(specimen, 0, "left"), executes(specimen, 1, "right"),
                       merges(0, 1)}));
}

TEST(ViolatingRuns, MayNeedThreeReplicas) {
  const Specimen specimen(three);
  const Simulation simulation = simulate(specimen.layout, {});
  ASSERT_TRUE(simulation.violating);
  expect_minimal(specimen, *simulation.violating);
  EXPECT_EQ(simulation.violating->size(), 5U);
  EXPECT_EQ(replicas_of(*simulation.violating), 3U);
  EXPECT_FALSE(branches(*simulation.violating));
  EXPECT_FALSE(simulate(specimen.layout, {.replicas = 2}).violating);
}

TEST(ViolatingRuns, MayBeOfARegisterWhoseDecreaseIsUndone) {
  const Specimen specimen(undone);
  const Simulation simulation = simulate(specimen.layout, {});
  ASSERT_TRUE(simulation.violating);
  expect_minimal(specimen, *simulation.violating);
  EXPECT_EQ(simulation.violating->size(), 4U);
}

TEST(Simulation, DependsOnItsSeedAlone) {
  const Specimen specimen(slack);
  const Simulation one = simulate(specimen.layout, {.seed = 3});
  const Simulation same = simulate(specimen.layout, {.seed = 3});
  const Simulation other = simulate(specimen.layout, {.seed = 4});
  EXPECT_EQ(one.runs, same.runs);
  EXPECT_EQ(one.violating, same.violating);
  EXPECT_EQ(one.committed, same.committed);
  EXPECT_NE(one.committed, other.committed);
}

TEST(Simulation, FindsNothingWhereEachReplicaHasABudgetOfItsOwn) {
  const Specimen specimen(
      "sort R[3]; counter budget[R] = 2; counter total = 6;"
      "op take(self me: R, n: int) requires n > 0 and budget[me] >= n"
      "  { budget[me] -= n; total -= n; }"
      "op give(self me: R, to: R, n: int) requires n > 0 and budget[me] >= n"
      "  { budget[me] -= n; budget[to] += n; }"
      "invariant enough: total >= 0; invariant each: forall r: R . budget[r] >= 0;");
  const Simulation simulation = simulate(specimen.layout, {});
  EXPECT_FALSE(simulation.violating);
  for (const std::uint64_t times : simulation.committed) EXPECT_GT(times, 1000U);
}

TEST(Simulation, TriesNumbersNearThoseOfTheSpecification) {
  const Specimen specimen(
      "const limit = 1000; lww x: int = -500; gset over; gset at; gset under; gset start;"
      "op above(n: int) requires n == limit + 1 { add over; }"
      "op exactly(n: int) requires n == limit { add at; }"
      "op below(n: int) requires n == limit - 1 { add under; }"
      "op begin(n: int) requires n == x { add start; }"
      "op literally(n: int) requires n == 77 { add start; }");
  for (const std::uint64_t times : simulate(specimen.layout, {}).committed) EXPECT_GT(times, 100U);
}

TEST(Simulation, DoesNotTakeArithmeticBeyond64BitsForAViolation) {
  const Specimen specimen(
      "counter c; op grow(n: int) requires n > 0 { c += n * 4611686018427387904; }"
      "invariant positive: c >= 0;");
  const Simulation simulation = simulate(specimen.layout, {});
  EXPECT_FALSE(simulation.violating);
  EXPECT_GT(simulation.committed[0], 1000U);
}

TEST(Simulation, OfNothingToDoEnds) {
  const Spec empty;
  EXPECT_EQ(simulate(Layout(empty, {}), {.runs = 10}).runs, 10U);
  const Specimen stuck("counter c; op never() requires c > 0 { c += 1; }");
  EXPECT_FALSE(simulate(stuck.layout, {.runs = 10}).violating);
}

}  // namespace
}  // namespace tribunal::spec
