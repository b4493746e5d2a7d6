// A run laid out for people, and the parts that its views share.
#include "reports/confluence_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/confluence_diff.h"
#include "reports/confluence_graph.h"
#include "spec/print.h"
#include "tests/browser/confluence_samples.h"

namespace tribunal::reports::confluence {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

spec::Spec parsed(std::string_view text) {
  auto spec = spec::parse(text);
  EXPECT_TRUE(spec) << text;
  return *spec;
}

std::vector<std::string> shown(const spec::Layout& layout, const std::vector<spec::Cell>& cells) {
  std::vector<std::string> names;
  for (const spec::Cell cell : cells) names.push_back(layout.show_cell(cell));
  return names;
}

// The invariant of a specification, in its initial state.
Explanation explained(const spec::Layout& layout) {
  return explain(layout, 0, spec::shown(layout, spec::State(layout)));
}

TEST(ConfluenceView, FillsInWhatTheInvariantReads) {
  const spec::Spec spec = parsed(R"(sort A[2]; enum Mood { good, bad }; const limit = 3;
lww mood[A]: Mood; lww of[A]: A; counter n = 5; op f() { n += 1; }
invariant i: forall a: A . mood[of[a]] == bad and n < limit or (sum b: A where b == b . n) == 9;
)");
  const spec::Layout layout(spec, {2});
  const Explanation why = explained(layout);
  EXPECT_EQ(why.condition, "mood[of[a]] == bad and n < limit or (sum b: A where b == b . n) == 9");
  EXPECT_EQ(why.computed, "good == bad and 5 < 3 or 10 == 9");
  EXPECT_THAT(shown(layout, why.named), ElementsAre("mood[A0]", "of[A0]", "n"));
  ASSERT_EQ(why.binding.size(), 1U);
  EXPECT_EQ(why.binding[0].name, "a");
}

TEST(ConfluenceView, NamesOnlyTheElementsThatCount) {
  const spec::Spec spec = parsed(R"(sort A[3]; gset here[A] = true; awset there[A]; lww x[A]: int;
op f() {} invariant i: (count a: A where here[a] . there[a]) > 0 and (exists a: A . there[a]);
)");
  const spec::Layout layout(spec, {3});
  EXPECT_THAT(shown(layout, explained(layout).named),
              ElementsAre("there[A0]", "there[A1]", "there[A2]"))
      << "nothing is counted, and every element fails to exist";
  const spec::Spec all = parsed(R"(sort A[3]; gset here[A] = true; awset there[A]; op f() {}
invariant i: (forall a: A . here[a]) => (sum a: A where here[a] . 1) < 0;
)");
  const spec::Layout layout_of_all(all, {3});
  EXPECT_THAT(shown(layout_of_all, explained(layout_of_all).named),
              ElementsAre("here[A0]", "here[A1]", "here[A2]"));
}

TEST(ConfluenceView, SplitsARunIntoItsBranches) {
  ConfluenceReport report = testing::chosen_names();
  auto& run = *report.decision.counterexample;
  spec::Step first = run[0];
  first.arguments = {2, 1};
  spec::Step heard = run[2];
  heard.replica = 1;
  heard.from = 0;
  run.insert(run.begin(), {first, heard});
  const spec::Layout layout = layout_of(report);
  const auto story = story_of(report, layout);
  ASSERT_TRUE(story && story->branched);
  EXPECT_THAT(story->prefix, ElementsAre(0, 1));
  EXPECT_THAT(story->left, ElementsAre(2));
  EXPECT_THAT(story->right, ElementsAre(3));
  EXPECT_EQ(story->before[2], 1) << "both know of User2 when they part";
  EXPECT_EQ(story->at_left[0], 1);
  EXPECT_EQ(story->at_right[0], 0);
  EXPECT_EQ(story->merged[0] + story->merged[1], 2);
  EXPECT_TRUE(story->steps[4].violates);
  EXPECT_FALSE(story->steps[3].violates);
  EXPECT_THAT(shown(layout, story->cells),
              ElementsAre("user[User0]", "user[User1]", "user[User2]", "username[User0]",
                          "username[User1]", "username[User2]"));
  EXPECT_THAT(shown(layout, story->why.named),
              ElementsAre("user[User0]", "user[User1]", "username[User0]", "username[User1]"));
}

TEST(ConfluenceView, KnowsWhatWouldHaveBeenRefused) {
  const ConfluenceReport both = testing::chosen_names();
  const spec::Layout layout = layout_of(both);
  EXPECT_EQ(story_of(both, layout)->hindsight,
            "Had replica B known what A did, register(u: User1, name: 7) would have been refused: "
            "its 'requires' is false then; and the other way round.");

  ConfluenceReport report = both;
  report.spec = parsed(R"(gset open = true; awset closing; gset sold; op close() { add closing; }
op sell() requires not closing { add sold; }
invariant none_after: not (closing and sold);
)");
  report.decision.scope = {};
  report.decision.counterexample = {{spec::Step::What::execute, 0, 0, 0, {}},
                                    {spec::Step::What::execute, 1, 0, 1, {}},
                                    {spec::Step::What::merge, 0, 1, 0, {}}};
  const spec::Layout other = layout_of(report);
  EXPECT_EQ(story_of(report, other)->hindsight,
            "Had replica B known what A did, sell() would have been refused: its 'requires' is "
            "false then; and the other way round.");
  report.decision.counterexample->at(1).transaction = 0;
  EXPECT_THAT(story_of(report, other)->hindsight, HasSubstr("both have committed"));
}

TEST(ConfluenceDiff, FindsTheFewestChanges) {
  std::string changes;
  for (const DiffLine& line : difference("a\nb\nc\nd\n", "b\nx\nd\ne\n")) {
    changes += line.mark == DiffLine::Mark::same      ? ' '
               : line.mark == DiffLine::Mark::removed ? '-'
                                                      : '+';
    changes += line.text;
  }
  EXPECT_EQ(changes, "-a b-c+x d+e");
}

TEST(ConfluenceDiff, LeavesOutBlankLinesAndTheExpectation) {
  const spec::Spec spec = parsed(
      "counter n; op f() { n += 1; } invariant i: n >= 0; "
      "expect not_confluent;");
  std::string text = spec::print(spec);
  text.replace(text.find("not_confluent"), 13, "confluent");
  text.insert(0, "\nsort A[2];\n");
  const std::vector<DiffLine> lines = changed_lines(spec, text);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].text, "sort A[2];");
  EXPECT_EQ(lines[0].mark, DiffLine::Mark::added);
}

bool overlap(const GraphNode& a, const GraphNode& b) {
  return std::abs(a.x - b.x) < (a.width + b.width) / 2 &&
         std::abs(a.y - b.y) < (a.height + b.height) / 2;
}

TEST(ConflictGraph, HasANodeForEachThatConflictsAndAnEdgeForEachPair) {
  const ConfluenceReport report = testing::tangled();
  const ConflictGraph graph = conflict_graph(report);
  EXPECT_EQ(graph.nodes.size(), 5U);
  EXPECT_EQ(graph.edges.size(), 7U);
  EXPECT_THAT(graph.free, ElementsAre(3));
  EXPECT_THAT(graph.nodes[0].locks, ElementsAre("lock 1: exclusive, by i", "lock 2: shared, by i"));
  EXPECT_TRUE(graph.nodes[0].in_cover);
  EXPECT_FALSE(graph.nodes[1].in_cover);
}

TEST(ConflictGraph, PlacesNodesApartAndInside) {
  for (std::uint32_t nodes = 1; nodes <= 12; ++nodes) {
    ConfluenceReport report = testing::chosen_names();
    const spec::Transaction op = report.spec.transactions[0];
    report.spec.transactions.assign(nodes, op);
    report.decision.conflicts.resize(1);
    for (std::uint32_t a = 0; a < nodes; ++a) {  // a path, with a loop at its ends
      auto conflict = report.decision.conflicts[0];
      conflict.a = a;
      conflict.b = std::min(a + 1, nodes - 1);
      report.decision.conflicts.push_back(conflict);
    }
    const ConflictGraph graph = conflict_graph(report);
    ASSERT_EQ(graph.nodes.size(), nodes);
    for (std::size_t i = 0; i < nodes; ++i) {
      const GraphNode& node = graph.nodes[i];
      EXPECT_GE(node.x - node.width / 2, 0);
      EXPECT_GE(node.y - node.height / 2, 0);
      EXPECT_LE(node.x + node.width / 2, graph.width);
      EXPECT_LE(node.y + node.height / 2, graph.height);
      for (std::size_t j = 0; j < i; ++j) EXPECT_FALSE(overlap(node, graph.nodes[j])) << nodes;
    }
    for (const GraphEdge& edge : graph.edges) {
      EXPECT_GT(edge.label_y, 8);
      EXPECT_LT(edge.label_y, graph.height);
    }
  }
}

}  // namespace
}  // namespace tribunal::reports::confluence
