// The generators keep what they promise: their specifications parse, and hold everything that the
// language has.
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "spec/parse.h"
#include "tests/scale.h"
#include "tests/spec/random_spec.h"

namespace tribunal::spec {
namespace {

Spec parsed(const std::string& text) {
  auto spec = parse(text);
  if (spec.ok()) return *std::move(spec);
  ADD_FAILURE() << show(spec.error(), text, "random.icf") << "\n" << text;
  return {};
}

// How often each part of the language occurs.
struct Census {
  std::map<Kind, int> kinds;
  std::map<Operator, int> operators;
  std::map<StatementKind, int> statements;
  std::map<Minted, int> minted;
  std::map<std::size_t, int> indices, ops, invariants, variables;
  int merging = 0;
  int guarded = 0;

  void add(const Spec& spec) {
    for (const Variable& variable : spec.variables) {
      ++kinds[variable.kind];
      ++indices[variable.indices.size()];
    }
    for (const Expr& expr : spec.exprs) ++operators[expr.op];
    for (const Statement& statement : spec.statements) ++statements[statement.kind];
    for (const Transaction& op : spec.transactions) {
      guarded += op.guard ? 1 : 0;
      for (const Parameter& parameter : op.parameters) ++minted[parameter.minted];
    }
    ++ops[spec.transactions.size()];
    ++invariants[spec.invariants.size()];
    ++variables[spec.variables.size()];
    merging += spec.has_on_merge ? 1 : 0;
  }
};

constexpr auto all_statements = static_cast<std::size_t>(StatementKind::forall) + 1;

TEST(RandomSpecs, ParseAndAreOfManyKinds) {
  const auto specs = static_cast<int>(scaled(5000, 1000));
  Census census;
  for (int seed = 0; seed < specs; ++seed) {
    census.add(parsed(random_spec(static_cast<std::uint64_t>(seed))));
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
  ASSERT_EQ(census.kinds.size(), 8U);
  for (const auto& [kind, count] : census.kinds) EXPECT_GT(count, specs / 20) << name_of(kind);
  EXPECT_EQ(census.statements.size(), all_statements);
  for (const auto& [kind, count] : census.statements) EXPECT_GT(count, specs / 200);
  EXPECT_GT(census.minted[Minted::fresh], specs / 10);
  EXPECT_GT(census.minted[Minted::self], specs / 200);
  EXPECT_GT(census.merging, specs / 20);
  EXPECT_GT(census.guarded, specs / 2);
  EXPECT_EQ(census.ops.rbegin()->first, 3U);
  EXPECT_EQ(census.invariants.rbegin()->first, 2U);
  EXPECT_EQ(census.variables.rbegin()->first, 4U);
  EXPECT_EQ(census.indices.size(), 3U) << "none, one and two";
  EXPECT_GT(census.ops[2] + census.ops[3], specs / 2);
}

TEST(RandomWildSpecs, ParseAndHoldTheWholeLanguage) {
  Census census;
  for (std::uint64_t seed = 0; seed < scaled(2000, 500); ++seed) {
    census.add(parsed(random_wild_spec(seed)));
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
  EXPECT_EQ(census.kinds.size(), 8U);
  EXPECT_EQ(census.operators.size(), static_cast<std::size_t>(Operator::minof) + 1);
  EXPECT_EQ(census.statements.size(), all_statements);
  EXPECT_EQ(census.minted.size(), 3U);
}

TEST(RandomSpecs, DependOnTheSeedAlone) {
  EXPECT_EQ(random_spec(7), random_spec(7));
  EXPECT_NE(random_spec(7), random_spec(8));
  EXPECT_EQ(random_wild_spec(7), random_wild_spec(7));
}

}  // namespace
}  // namespace tribunal::spec
