// What happened in a run, step by step, and the shape that it has.
#include <gtest/gtest.h>

#include "runs.h"

namespace tribunal::spec {
namespace {

constexpr const char* bank =
    "counter c = 2; op take(n: int) requires n <= 2 { c -= n; } invariant positive: c >= 0;";

TEST(AReplay, SaysWhatBecameOfEachStep) {
  const Specimen specimen(bank);
  const spec::Run run = {executes(specimen, 0, "take", {3}), executes(specimen, 0, "take", {1}),
                         executes(specimen, 0, "take", {2}), merges(1, 0),
                         executes(specimen, 1, "take", {1})};
  const Replay played = replay(specimen.layout, run);
  ASSERT_EQ(played.steps.size(), 5U);
  EXPECT_EQ(played.steps[0].outcome, Outcome::guard);
  EXPECT_EQ(played.steps[0].after, (Values{2}));
  EXPECT_EQ(played.steps[1].outcome, Outcome::committed);
  EXPECT_EQ(played.steps[1].before, (Values{2}));
  EXPECT_EQ(played.steps[1].after, (Values{1}));
  EXPECT_EQ(played.steps[2].outcome, Outcome::invariant);
  EXPECT_EQ(played.steps[3].before, (Values{2}));
  EXPECT_EQ(played.steps[3].after, (Values{1}));
  EXPECT_EQ(played.steps[4].after, (Values{0}));
  EXPECT_FALSE(played.violation);
  EXPECT_FALSE(played.all_committed);
}

TEST(AReplay, FindsTheFirstViolationAndGoesOn) {
  const Specimen specimen(bank);
  const spec::Run run = {executes(specimen, 0, "take", {2}),
                         executes(specimen, 1, "take", {1}),
                         merges(2, 0),
                         merges(2, 1),
                         merges(2, 1),
                         executes(specimen, 2, "take", {-1}),
                         merges(0, 2)};
  const Replay played = replay(specimen.layout, run);
  EXPECT_TRUE(played.all_committed);
  EXPECT_EQ(played.violation, 3U);
  EXPECT_EQ(played.steps[3].violated, std::vector<std::uint32_t>{0});
  EXPECT_EQ(played.steps[4].violated, std::vector<std::uint32_t>{0});
  EXPECT_EQ(played.steps[4].before, played.steps[4].after);
  EXPECT_TRUE(played.steps[5].violated.empty());
  EXPECT_EQ(played.steps[6].after, (Values{0}));
}

TEST(AReplay, MergesExtremaAsValues) {
  const Specimen specimen(undone);
  const Replay played =
      replay(specimen.layout, {executes(specimen, 0, "raise"), merges(1, 0),
                               executes(specimen, 1, "lower"), merges(0, 1), merges(2, 1)});
  EXPECT_EQ(played.violation, 3U);
  EXPECT_EQ(played.steps[4].after, (Values{0, 1}));  // nothing else was there to be kept
}

TEST(AReplay, MergesExtremaWithoutANewEvent) {
  const Specimen specimen(undone);
  const Replay played = replay(specimen.layout, {executes(specimen, 0, "raise"), merges(1, 0),
                                                 executes(specimen, 0, "lower"), merges(0, 1)});
  EXPECT_EQ(played.steps[3].before, (Values{0, 1}));
  EXPECT_EQ(played.steps[3].after, (Values{5, 1}));
  EXPECT_EQ(played.violation, 3U);
}

TEST(AReplay, SaysWhenAMergeLeaves64Bits) {
  const Specimen specimen("counter c; op grow(n: int) { c += n; } invariant positive: c >= 0;");
  const Step half = executes(specimen, 0, "grow", {4611686018427387904});
  const Step other = executes(specimen, 1, "grow", {4611686018427387904});
  EXPECT_FALSE(replay(specimen.layout, {half, other}).overflowed);
  const Replay played = replay(specimen.layout, {half, other, merges(0, 1)});
  EXPECT_TRUE(played.overflowed);
  EXPECT_FALSE(played.violation);
}

TEST(AReplay, MergesCrosswiseWithoutLosingOrRepeatingAnything) {
  const Specimen specimen(bank);
  const spec::Run run = {executes(specimen, 0, "take", {1}),
                         executes(specimen, 1, "take", {-4}),
                         merges(0, 1),
                         merges(1, 0),
                         executes(specimen, 0, "take", {2}),
                         executes(specimen, 1, "take", {1}),
                         merges(0, 1),
                         merges(1, 0)};
  const Replay played = replay(specimen.layout, run);
  EXPECT_EQ(played.steps[6].after, (Values{2}));
  EXPECT_EQ(played.steps[7].after, (Values{2}));
  EXPECT_EQ(replicas_of(run), 2U);
  EXPECT_EQ(replicas_of({merges(0, 4)}), 5U);
}

TEST(Knowledge, IsOfExecutionsAndSpreadsByMerges) {
  const Specimen specimen(bank);
  const Step take = executes(specimen, 0, "take", {1});
  const Step other = executes(specimen, 2, "take", {1});
  const spec::Run run = {take, other, merges(1, 0), merges(0, 2), take};
  using Known = std::vector<std::vector<bool>>;
  EXPECT_EQ(knowledge(run, 0),
            (Known{{false, false, false}, {false, false, false}, {false, false, false}}));
  EXPECT_EQ(knowledge(run, 4),
            (Known{{true, true, false}, {true, false, false}, {false, true, false}}));
  EXPECT_EQ(knowledge(run, 5)[0], (std::vector<bool>{true, true, true}));
}

TEST(Branches, AreWhatTheReplicasDoAfterTheyLastKnewTheSame) {
  const Specimen specimen(bank);
  const Step left = executes(specimen, 0, "take", {1});
  const Step right = executes(specimen, 1, "take", {2});
  const auto plain = branches({left, right, left, merges(0, 1)});
  ASSERT_TRUE(plain);
  EXPECT_TRUE(plain->prefix.empty());
  EXPECT_EQ(plain->left, (spec::Run{left, left}));
  EXPECT_EQ(plain->right, spec::Run{right});
  const auto turned = branches({left, merges(1, 0), left, right, merges(1, 0)});
  ASSERT_TRUE(turned);
  EXPECT_EQ(turned->prefix, (spec::Run{left, merges(1, 0)}));
  EXPECT_EQ(turned->left, spec::Run{right});
  EXPECT_EQ(turned->right, spec::Run{left});
  const spec::Run crossed = {left, right, merges(1, 0), merges(0, 1)};
  const auto synchronised = branches({left, right, merges(1, 0), merges(0, 1), left, merges(0, 1)});
  ASSERT_TRUE(synchronised);
  EXPECT_EQ(synchronised->prefix, crossed);
}

TEST(Branches, AreNoneWhereTheRunHasAnotherShape) {
  const Specimen specimen(bank);
  const Step left = executes(specimen, 0, "take", {1});
  const Step right = executes(specimen, 1, "take", {2});
  EXPECT_FALSE(branches({}));
  EXPECT_FALSE(branches({left, right}));
  EXPECT_FALSE(branches({left, right, merges(1, 0), left, merges(0, 1)}));  // `right` is not shared
  EXPECT_FALSE(branches({left, right, merges(2, 0), merges(2, 1)}));
  EXPECT_FALSE(branches({left, right, merges(1, 1)}));
}

}  // namespace
}  // namespace tribunal::spec
