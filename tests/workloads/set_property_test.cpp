// The set check against the linearizability checker on random small histories.
#include <cstdlib>

#include <gtest/gtest.h>

#include "checker/check.h"
#include "checker/invariants/set_analysis.h"
#include "tests/scale.h"
#include "tests/workloads/recording.h"

namespace tribunal::workloads {
namespace {

using namespace testing;
using namespace checker::invariants;
using checker::Validity;

// Random concurrent adds and reads of up to four elements; reads show random subsets, often
// plausible.
history::History random_history(std::uint64_t seed, std::uint64_t most_reads) {
  Choices choices(seed, 7);
  std::vector<Line> lines;
  std::vector<Line> open;
  std::uint64_t reads = 0;
  std::set<std::int64_t> likely;
  std::int32_t next_process = 0;
  const auto push = [&](Line line) {
    line.time = nanoseconds(static_cast<std::int64_t>(lines.size()));
    lines.push_back(std::move(line));
  };
  for (std::uint64_t steps = 4 + choices.below("steps"_site, 10); steps > 0; --steps) {
    if (open.empty() || (open.size() < 3 && choices.below("open"_site, 2) == 0)) {
      const bool read = reads < most_reads && choices.below("read"_site, 3) == 0;
      reads += read ? 1 : 0;
      Line line;
      line.process = Process{next_process++};
      line.f = read ? "read" : "add";
      if (!read)
        line.value = Value::integer(static_cast<std::int64_t>(choices.below("element"_site, 4)));
      push(line);
      open.push_back(line);
      continue;
    }
    const std::size_t at = choices.below("which"_site, open.size());
    Line line = open[at];
    open.erase(open.begin() + static_cast<std::ptrdiff_t>(at));
    const std::uint64_t luck = choices.below("outcome"_site, 10);
    line.type = luck == 0 ? EventType::info : luck == 1 ? EventType::fail : EventType::ok;
    if (line.f == "add" && line.type != EventType::fail) likely.insert(line.value.as_integer());
    if (line.f == "read" && line.type == EventType::ok) {
      std::vector<Value> shown;
      for (std::int64_t element = 0; element < 5; ++element) {
        const bool honest = likely.count(element) > 0;
        const bool lie = choices.below("lie"_site, 8) == 0;
        if (honest != lie) shown.push_back(Value::integer(element));
      }
      line.value = Value::set(std::move(shown));
    }
    push(line);
  }
  return to_history(lines);
}

Validity by_search(const history::History& history) {
  checker::Options options;
  options.model = "set";
  options.minimise = false;
  const auto check = checker::check_linearizable(history, options);
  return check ? check->validity : Validity::unknown;
}

std::string text(const history::History& history) {
  std::string out;
  for (std::uint32_t i = 0; i < history.size(); ++i) out += history.show(i) + "\n";
  return out;
}

TEST(SetCheckProperties, WithOneReadItAgreesExactlyWithTheSearchForAnOrder) {
  int invalid = 0;
  const std::uint64_t cases = scaled(20'000);
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    const history::History history = random_history(seed, 1);
    if (analyse_set(history).reads.empty()) continue;
    const Validity mine = check_set(history).validity;
    ASSERT_EQ(mine, by_search(history)) << "seed " << seed << "\n" << text(history);
    invalid += mine == Validity::invalid ? 1 : 0;
  }
  EXPECT_GT(invalid, static_cast<int>(cases / 50));
}

TEST(SetCheckProperties, WhatItCondemnsHasNoOrder) {
  int invalid = 0;
  const std::uint64_t cases = scaled(20'000);
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    const history::History history = random_history(seed, 5);
    if (check_set(history).validity != Validity::invalid) continue;
    ++invalid;
    ASSERT_EQ(by_search(history), Validity::invalid) << "seed " << seed << "\n" << text(history);
  }
  EXPECT_GT(invalid, static_cast<int>(cases / 50));
}

}  // namespace
}  // namespace tribunal::workloads
