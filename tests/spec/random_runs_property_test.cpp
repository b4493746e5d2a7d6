// The laws of states, replays and minimised runs on random specifications.
#include <gtest/gtest.h>

#include "../scale.h"
#include "random_events.h"
#include "random_spec.h"
#include "runs.h"

namespace tribunal::spec {
namespace {

bool has_extrema(const Spec& spec) {
  return std::any_of(spec.variables.begin(), spec.variables.end(), [](const Variable& variable) {
    return variable.kind == Kind::max || variable.kind == Kind::min;
  });
}

// What replicas of a store make of a run; what cannot be done there is left out here.
struct Carried {
  std::vector<Replica> replicas;
  std::vector<Event> events;
};
Carried carried_out(const Specimen& specimen, const Run& run) {
  Carried carried{std::vector<Replica>(3, Replica(specimen.layout)), {}};
  for (const Step& step : run) {
    Replica& here = carried.replicas[step.replica];
    if (step.what == Step::What::merge) {
      here.merge(specimen.layout, carried.replicas[step.from]);
      continue;
    }
    const Attempt made =
        attempt(specimen.layout, here.state(), step.transaction, step.arguments, step.replica);
    if (made.outcome != Outcome::committed) continue;
    here.commit(specimen.layout, made.event);
    carried.events.push_back(made.event);
  }
  return carried;
}

void expect_convergence(const Specimen& specimen, std::uint64_t seed) {
  const Run run = random_run(specimen, seed, 25);
  const Carried carried = carried_out(specimen, run);
  Replica one(specimen.layout), other(specimen.layout);
  for (const Replica& replica : carried.replicas) one.merge(specimen.layout, replica);
  std::vector<Event> shuffled = carried.events;
  Choices choices(seed, 9);
  for (std::size_t i = shuffled.size(); i > 1; --i) {
    std::swap(shuffled[i - 1], shuffled[choices.below("shuffle"_site, i)]);
  }
  for (const Event& event : shuffled) other.deliver(specimen.layout, event);
  ASSERT_EQ(one.events().size(), carried.events.size());
  ASSERT_EQ(one.state(), other.state());
  ASSERT_EQ(one.shown(specimen.layout), other.shown(specimen.layout));
}

TEST(RandomSpecifications, ConvergeInWhateverOrderEventsArrive) {
  std::size_t committed = 0;
  for (std::uint64_t seed = 0; seed < scaled(1500); ++seed) {
    const std::string text = seed % 2 == 0 ? random_spec(seed) : random_wild_spec(seed);
    const Specimen specimen(text);
    expect_convergence(specimen, seed);
    ASSERT_FALSE(HasFatalFailure()) << "seed " << seed << "\n" << text;
    committed += carried_out(specimen, random_run(specimen, seed, 25)).events.size();
  }
  EXPECT_GT(committed, scaled(1500));
}

TEST(RandomSpecifications, ReplayAsReplicasOfAStoreDo) {
  for (std::uint64_t seed = 0; seed < scaled(1500); ++seed) {
    const Specimen specimen(random_spec(seed));
    if (has_extrema(specimen.spec)) continue;
    const spec::Run run = random_run(specimen, seed, 25);
    const Replay played = replay(specimen.layout, run);
    const Carried carried = carried_out(specimen, run);
    std::vector<Values> last(3, shown(specimen.layout, State(specimen.layout)));
    for (std::size_t i = 0; i < run.size(); ++i) last[run[i].replica] = played.steps[i].after;
    for (std::size_t r = 0; r < 3; ++r) {
      ASSERT_EQ(carried.replicas[r].shown(specimen.layout), last[r]) << "seed " << seed;
    }
  }
}

bool violates(const Specimen& specimen, const spec::Run& run, std::uint32_t invariant) {
  const Replay played = replay(specimen.layout, run);
  if (!played.violation || !played.all_committed) return false;
  const std::vector<std::uint32_t>& violated = played.steps[*played.violation].violated;
  return std::count(violated.begin(), violated.end(), invariant) != 0;
}

TEST(RandomSpecifications, AreViolatedByMergesInMinimalRuns) {
  std::size_t violating = 0;
  std::size_t branching = 0;
  for (std::uint64_t seed = 0; seed < scaled(600); ++seed) {
    const std::string text = random_spec(seed);
    const Specimen specimen(text);
    if (!violated(specimen.layout, shown(specimen.layout, State(specimen.layout))).empty())
      continue;
    const Simulation simulation = simulate(specimen.layout, {.runs = 100, .seed = seed});
    if (!simulation.violating) continue;
    ++violating;
    const spec::Run& run = *simulation.violating;
    branching += branches(run) ? 1 : 0;
    const Replay played = replay(specimen.layout, run);
    ASSERT_TRUE(played.violation && played.all_committed) << "seed " << seed << "\n" << text;
    ASSERT_EQ(*played.violation + 1, run.size()) << "seed " << seed << "\n" << text;
    ASSERT_EQ(run.back().what, Step::What::merge);
    const std::uint32_t invariant = played.steps.back().violated.front();
    for (std::size_t i = 0; i < run.size(); ++i) {
      spec::Run less = run;
      less.erase(less.begin() + static_cast<std::ptrdiff_t>(i));
      ASSERT_FALSE(violates(specimen, less, invariant)) << "seed " << seed << "\n" << text;
    }
  }
  EXPECT_GT(violating, scaled(600) / 5);
  EXPECT_GT(branching, violating * 9 / 10);
}

}  // namespace
}  // namespace tribunal::spec
