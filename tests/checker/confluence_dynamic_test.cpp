// Violations in recorded histories: whose fault they are, and what would have prevented them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checker/confluence/dynamic.h"
#include "spec/replica.h"
#include "tests/checker/specs.h"

namespace tribunal::checker::confluence {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing_support::parsed;
using testing_support::scenario_spec;
using Blame = Finding::Blame;

// A few replicas of a specification, and the recording of what happens to them.
class Store {
 public:
  Store(spec::Spec spec, std::vector<std::uint32_t> sizes, std::uint32_t replicas)
      : spec_(std::move(spec)),
        layout_(spec_, std::move(sizes)),
        replicas_(replicas, spec::Replica(layout_)) {}

  void run(std::uint32_t replica, const std::string& name, std::vector<std::int64_t> chosen) {
    std::uint32_t t = 0;
    while (spec_.transactions[t].name != name) ++t;
    const spec::Attempt attempt = replicas_[replica].attempt(
        layout_, t, chosen, replica, static_cast<std::uint32_t>(replicas_.size()));
    ASSERT_EQ(attempt.outcome, spec::Outcome::committed) << name;
    spec::Event event = attempt.event;
    event.past = replicas_[replica].frontier();
    replicas_[replica].commit(layout_, event);
    record(event);
  }
  // Without a guard or a local check.
  void force(std::uint32_t replica, spec::Event event) {
    event.stamp = {replicas_[replica].state().time() + 1, replica};
    event.past = replicas_[replica].frontier();
    replicas_[replica].deliver(layout_, event);
    record(event);
  }
  void merge(std::uint32_t to, std::uint32_t from) {
    replicas_[to].merge(layout_, replicas_[from]);
  }
  void observe(std::uint32_t replica, bool final = false) {
    Observation seen;
    seen.frontier = replicas_[replica].frontier();
    seen.violated = replicas_[replica].violated(layout_);
    seen.final = final;
    recording.observations.push_back(seen);
  }
  std::vector<Finding> explained() const {
    return explain(layout_, recording, decide(spec_).conflicts);
  }
  const spec::Layout& layout() const { return layout_; }

  Recording recording;

 private:
  void record(const spec::Event& event) {
    auto& events = recording.events;
    events.insert(std::upper_bound(
                      events.begin(), events.end(), event,
                      [](const spec::Event& a, const spec::Event& b) { return a.stamp < b.stamp; }),
                  event);
  }

  spec::Spec spec_;
  spec::Layout layout_;
  std::vector<spec::Replica> replicas_;
};

std::string culprit(const Store& store, const Finding& finding, const Culprit& c) {
  const auto& transactions = store.layout().spec().transactions;
  return transactions[finding.run[c.first].transaction].name + "|" +
         transactions[finding.run[c.second].transaction].name;
}

TEST(Explain, FindsNothingWhereNothingIsViolated) {
  Store store(scenario_spec("unique-username-chosen"), {12}, 2);
  store.run(0, "register", {1});
  store.merge(1, 0);
  store.observe(1);
  EXPECT_THAT(store.explained(), IsEmpty());
}

TEST(Explain, TwoRegistrationsOfOneNameAreTheCulpritsAmongManyOthers) {
  Store store(scenario_spec("unique-username-chosen"), {12}, 3);
  store.run(0, "register", {1});
  store.merge(1, 0);
  store.run(1, "register", {2});
  store.run(2, "register", {3});
  store.run(0, "register", {7});
  store.run(1, "register", {7});
  store.merge(2, 0);
  store.observe(2);
  store.merge(2, 1);
  store.observe(2);
  store.observe(2, true);
  const std::vector<Finding> findings = store.explained();
  ASSERT_THAT(findings, SizeIs(1));
  const Finding& found = findings[0];
  EXPECT_EQ(found.blame, Blame::coordination);
  EXPECT_EQ(found.observation, 1u);
  EXPECT_TRUE(found.lasting);
  EXPECT_THAT(found.events, SizeIs(2)) << "the other registrations have no part in it";
  ASSERT_THAT(found.culprits, SizeIs(2)) << "either could have seen the other";
  for (const Culprit& c : found.culprits) {
    EXPECT_EQ(culprit(store, found, c), "register|register");
    EXPECT_TRUE(c.expected);
    EXPECT_NE(c.outcome, spec::Outcome::committed);
  }
}

TEST(Explain, WhatLaterStatesNoLongerShowWasTimelinessOnly) {
  Store store(parsed("counter stock = 1;\nop sell() requires stock > 0 { stock -= 1; }\n"
                     "op restock() { stock += 1; }\ninvariant never_below: stock >= 0;\n"),
              {}, 2);
  store.run(0, "sell", {});
  store.run(1, "sell", {});
  store.merge(0, 1);
  store.observe(0);
  store.run(0, "restock", {});
  store.observe(0, true);
  const std::vector<Finding> findings = store.explained();
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_FALSE(findings[0].lasting);
  EXPECT_EQ(culprit(store, findings[0], findings[0].culprits.at(0)), "sell|sell");
}

TEST(Explain, AForeignKeyIsBrokenByHiringAndClosingNotByOpening) {
  Store store(scenario_spec("foreign-key-delete"), {12, 12}, 2);
  store.run(0, "open", {});
  store.merge(1, 0);
  store.run(0, "open", {});
  store.run(1, "open", {});
  store.run(0, "hire", {0});
  store.run(1, "close", {0});
  store.merge(0, 1);
  store.observe(0, true);
  const std::vector<Finding> findings = store.explained();
  ASSERT_THAT(findings, SizeIs(1));
  for (const Culprit& c : findings[0].culprits) {
    EXPECT_THAT(culprit(store, findings[0], c), ::testing::AnyOf("hire|close", "close|hire"));
  }
  EXPECT_THAT(findings[0].culprits, ::testing::Not(IsEmpty()));
}

TEST(Explain, ATransactionThatShouldHaveBeenAbortedIsToBlameItself) {
  Store store(scenario_spec("balance-withdraw"), {2}, 2);
  spec::Event overdraw;
  overdraw.transaction = 1;
  overdraw.arguments = {0, 5};
  overdraw.changes = {{store.layout().first(0), spec::Change::What::increase, -5, {}}};
  store.force(0, overdraw);
  store.observe(0);
  const std::vector<Finding> findings = store.explained();
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].blame, Blame::transaction);
  EXPECT_THAT(findings[0].events, SizeIs(1));
}

TEST(Explain, EventsThatCameWithoutTheirCausesAreTheStoresFault) {
  Store store(scenario_spec("foreign-key-insert"), {12, 12}, 2);
  store.run(0, "open", {0});
  store.run(0, "hire", {0});
  Observation seen;
  seen.violated = {0};
  // Replica 1 shows the hired without the department: its own account of what it has leaves it out.
  store.recording.events[1].past = {{1, 0}};
  store.recording.events[1].stamp = {2, 7};
  seen.frontier = {{2, 7}};
  store.recording.observations.push_back(seen);
  const std::vector<Finding> findings = store.explained();
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].blame, Blame::replication);
}

TEST(Explain, WhatTheEventsDoNotMakeIsTheStoresFault) {
  Store store(scenario_spec("unique-username-chosen"), {12}, 2);
  store.run(0, "register", {1});
  store.observe(0);
  store.recording.observations[0].violated = {0};
  const std::vector<Finding> findings = store.explained();
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].blame, Blame::replication);
}

}  // namespace
}  // namespace tribunal::checker::confluence
