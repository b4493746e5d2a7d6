#include "reports/confluence_view.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.h"

namespace tribunal::reports::confluence {
namespace {

using spec::Step;
using spec::Values;

ShownStep shown_step(const spec::Layout& layout, const Step& step, std::size_t number) {
  ShownStep shown;
  shown.number = number;
  shown.merge = step.what == Step::What::merge;
  shown.replica = step.replica;
  shown.from = step.from;
  shown.transaction = step.transaction;
  if (shown.merge) return shown;
  const spec::Transaction& op = layout.spec().transactions[step.transaction];
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < op.parameters.size() && i < step.arguments.size(); ++i) {
    const spec::Parameter& parameter = op.parameters[i];
    shown.arguments.push_back(
        {parameter.name, layout.show_value(parameter.type, step.arguments[i]), parameter.minted});
    texts.push_back(parameter.name + ": " + shown.arguments.back().value);
  }
  shown.call = op.name + "(" + join(texts, ", ") + ")";
  return shown;
}

std::vector<CellChange> changes(const Values& before, const Values& after) {
  std::vector<CellChange> changed;
  for (spec::Cell cell = 0; cell < std::min(before.size(), after.size()); ++cell) {
    if (before[cell] != after[cell]) changed.push_back({cell, before[cell], after[cell]});
  }
  return changed;
}

// What a replica shows after the first `end` steps.
Values shown_at(const spec::Layout& layout, const spec::Run& run, const spec::Replay& replay,
                std::size_t end, std::uint32_t replica) {
  for (std::size_t i = end; i-- > 0;) {
    if (run[i].replica == replica) return replay.steps[i].after;
  }
  return spec::shown(layout, spec::State(layout));
}

void split_branches(Story& story, const spec::Run& run) {
  const auto branches = spec::branches(run);
  story.branched = branches.has_value();
  if (!branches) return;
  const std::size_t fork = branches->prefix.size();
  for (std::size_t i = 0; i + 1 < run.size(); ++i) {
    if (i < fork) {
      story.prefix.push_back(i);
    } else {
      (run[i].replica == story.left_replica ? story.left : story.right).push_back(i);
    }
  }
}

// Cells that changed or that the violation names. What it only counts must have changed to matter.
std::vector<spec::Cell> cells_that_matter(const Story& story) {
  std::set<spec::Cell> cells(story.why.named.begin(), story.why.named.end());
  for (const ShownStep& step : story.steps) {
    for (const CellChange& change : step.changes) cells.insert(change.cell);
  }
  for (const Values* side : {&story.at_left, &story.at_right, &story.merged}) {
    for (const CellChange& change : changes(story.before, *side)) cells.insert(change.cell);
  }
  return {cells.begin(), cells.end()};
}

// What becomes of `late` if its replica hears of `early` first: the refusal, or "".
std::string refusal(const spec::Layout& layout, const spec::Run& run, const Story& story,
                    const std::vector<std::size_t>& early, const std::vector<std::size_t>& late) {
  spec::Run ordered;
  for (const std::size_t i : story.prefix) ordered.push_back(run[i]);
  for (const std::size_t i : early) ordered.push_back(run[i]);
  Step hear;
  hear.what = Step::What::merge;
  hear.replica = run[late.front()].replica;
  hear.from = run[early.front()].replica;
  ordered.push_back(hear);
  const std::size_t first = ordered.size();
  for (const std::size_t i : late) ordered.push_back(run[i]);
  const spec::Replay replay = spec::replay(layout, ordered);
  for (std::size_t i = first; i < ordered.size(); ++i) {
    const spec::Outcome outcome = replay.steps[i].outcome;
    const std::string& call = story.steps[late[i - first]].call;
    if (outcome == spec::Outcome::guard) {
      return fmt::format("{} would have been refused: its 'requires' is false then", call);
    }
    if (outcome == spec::Outcome::invariant) {
      return fmt::format("{} would have been refused: it would break an invariant right there",
                         call);
    }
  }
  return "";
}

std::string hindsight_of(const spec::Layout& layout, const spec::Run& run, const Story& story) {
  if (!story.branched || story.left.empty() || story.right.empty()) return "";
  const std::string right = refusal(layout, run, story, story.left, story.right);
  const std::string left = refusal(layout, run, story, story.right, story.left);
  const std::string a = replica_name(story.left_replica);
  const std::string b = replica_name(story.right_replica);
  if (!right.empty() && !left.empty()) {
    return fmt::format("Had replica {} known what {} did, {}; and the other way round.", b, a,
                       right);
  }
  if (!right.empty()) return fmt::format("Had replica {} known what {} did, {}.", b, a, right);
  if (!left.empty()) return fmt::format("Had replica {} known what {} did, {}.", a, b, left);
  return "One after the other they would both have committed, with effects that fit together.";
}

}  // namespace

bool Story::is_named(spec::Cell cell) const {
  return std::binary_search(why.named.begin(), why.named.end(), cell);
}

spec::Layout layout_of(const ConfluenceReport& report) {
  std::vector<std::uint32_t> sizes = report.decision.scope.sizes;
  if (sizes.size() != report.spec.sorts.size()) sizes = spec::declared_sizes(report.spec, 3);
  return {report.spec, std::move(sizes)};
}

std::string replica_name(std::uint32_t replica) {
  if (replica >= 26) return fmt::format("{}", replica + 1);
  return {static_cast<char>('A' + replica)};
}

std::string show_cell_value(const spec::Layout& layout, spec::Cell cell, std::int64_t value) {
  if (spec::is_set(layout.kind_of(cell))) return value != 0 ? "present" : "absent";
  return layout.show_value(layout.spec().variables[layout.variable_of(cell)].type, value);
}

std::optional<Story> story_of(const ConfluenceReport& report, const spec::Layout& layout) {
  if (!report.decision.counterexample || report.decision.counterexample->empty()) return {};
  const spec::Run& run = *report.decision.counterexample;
  const spec::Replay replay = spec::replay(layout, run);
  Story story;
  story.replicas = spec::replicas_of(run);
  for (std::size_t i = 0; i < run.size(); ++i) {
    story.steps.push_back(shown_step(layout, run[i], i));
    story.steps.back().changes = changes(replay.steps[i].before, replay.steps[i].after);
    story.steps.back().violates = !replay.steps[i].violated.empty();
  }
  const Step& last = run.back();
  story.left_replica = last.replica;
  story.right_replica = last.what == Step::What::merge ? last.from : last.replica;
  split_branches(story, run);
  const std::size_t fork = story.branched ? story.prefix.size() : 0;
  story.before = shown_at(layout, run, replay, fork, last.replica);
  story.at_left = replay.steps.back().before;
  story.at_right = shown_at(layout, run, replay, run.size() - 1, story.right_replica);
  story.merged = replay.steps.back().after;
  story.why = explain(layout, report.decision.violated, story.merged);
  story.cells = cells_that_matter(story);
  story.hindsight = hindsight_of(layout, run, story);
  return story;
}

Story story_of(const checker::confluence::Conflict& conflict, const spec::Layout& layout) {
  const auto& example = conflict.example;
  Story story;
  story.executed = false;
  story.branched = true;
  Step a, b, merge;
  a.transaction = conflict.a;
  a.arguments = example.arguments_a;
  b.replica = 1;
  b.transaction = conflict.b;
  b.arguments = example.arguments_b;
  merge.what = Step::What::merge;
  merge.from = 1;
  const spec::Run run{a, b, merge};
  for (std::size_t i = 0; i < run.size(); ++i) {
    story.steps.push_back(shown_step(layout, run[i], i));
  }
  story.left = {0};
  story.right = {1};
  story.before = example.before;
  story.at_left = example.after_a;
  story.at_right = example.after_b;
  story.merged = example.merged;
  story.steps[0].changes = changes(story.before, story.at_left);
  story.steps[1].changes = changes(story.before, story.at_right);
  story.steps[2].changes = changes(story.at_left, story.merged);
  story.steps[2].violates = true;
  story.why = explain(layout, conflict.invariant, story.merged);
  story.cells = cells_that_matter(story);
  return story;
}

}  // namespace tribunal::reports::confluence
