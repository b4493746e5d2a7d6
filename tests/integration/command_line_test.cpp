// The command line as a user meets it: exit codes, error lines, JSON on stdout.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/integration/program.h"

namespace tribunal::testing {
namespace {

const char* const stale_read =
    "{:process 0 :type :invoke :f :write :value 1}\n{:process 0 :type :ok :f :write :value 1}\n"
    "{:process 0 :type :invoke :f :write :value 2}\n{:process 0 :type :ok :f :write :value 2}\n"
    "{:process 1 :type :invoke :f :read :value nil}\n{:process 1 :type :ok :f :read :value 1}\n";

TEST(CommandLine, CheckExitsOneAndExplainsAStaleRead) {
  const Scratch dir;
  spit(dir / "h.edn", stale_read);
  const Printed printed = tribunal("check h.edn", dir.path());
  EXPECT_EQ(printed.code, 1);
  EXPECT_NE(printed.out.find("stale read"), std::string::npos) << printed.out;
  EXPECT_EQ(printed.err, "");
}

TEST(CommandLine, CheckExitsZeroOnAValidHistoryFromStandardInput) {
  const Scratch dir;
  spit(
      dir / "h.edn",
      "{:process 0 :type :invoke :f :write :value 1}\n{:process 0 :type :ok :f :write :value 1}\n");
  EXPECT_EQ(tribunal("check - < h.edn", dir.path()).code, 0);
}

TEST(CommandLine, CheckExitsTwoWhenTheBudgetRunsOut) {
  const Scratch dir;
  std::string text;
  for (int p = 0; p < 40; ++p)
    text += "{:process " + std::to_string(p) + " :type :invoke :f :write :value " +
            std::to_string(p) + "}\n";
  for (int p = 0; p < 40; ++p)
    text += "{:process " + std::to_string(p) + " :type :ok :f :write :value " + std::to_string(p) +
            "}\n";
  // 40 concurrent writes, then two reads of different values: every order has to be tried.
  text +=
      "{:process 50 :type :invoke :f :read :value nil}\n{:process 50 :type :ok :f :read :value "
      "3}\n";
  text +=
      "{:process 50 :type :invoke :f :read :value nil}\n{:process 50 :type :ok :f :read :value "
      "4}\n";
  spit(dir / "h.edn", text);
  const Printed printed = tribunal("check --budget 300ms --json h.edn", dir.path());
  EXPECT_EQ(printed.code, 2) << printed.out;
  EXPECT_EQ(nlohmann::json::parse(printed.out)["valid"], "unknown");
}

TEST(CommandLine, JsonIsAllThatStandsOnStandardOutput) {
  const Scratch dir;
  spit(dir / "h.edn", stale_read);
  const Printed printed = tribunal("check --json h.edn", dir.path());
  EXPECT_EQ(printed.code, 1);
  const auto json = nlohmann::json::parse(printed.out);
  EXPECT_EQ(json["valid"], false);
  EXPECT_EQ(json["models"]["linearizable"], false);
  EXPECT_EQ(json["checks"][0]["anomalies"][0]["class"], "stale read");
  const Printed many = tribunal("check --json h.edn h.edn", dir.path());
  EXPECT_EQ(nlohmann::json::parse(many.out).size(), 2u);
}

TEST(CommandLine, AViolationDominatesAnUnreadableFile) {
  const Scratch dir;
  spit(dir / "h.edn", stale_read);
  spit(dir / "bad.edn", "{:process 0 :type");
  EXPECT_EQ(tribunal("check bad.edn", dir.path()).code, 64);
  EXPECT_EQ(tribunal("check bad.edn h.edn", dir.path()).code, 1);
  EXPECT_EQ(tribunal("check h.edn bad.edn", dir.path()).code, 1);
}

TEST(CommandLine, BadUsageIsOneLineWithTheNearestValidName) {
  const std::pair<const char*, const char*> cases[] = {
      {"chek h.edn", "check"},
      {"run --mod single-leader", "--mode"},
      {"run --mode single-leadr", "did you mean 'single-leader'"},
      {"run --workload registre", "did you mean 'register'"},
      {"run --nemesis partitoin", "did you mean 'partition'"},
      {"run --time 60", "--time"},
      {"run --seed -1", "seed"},
      {"run --nodes 0", "--nodes: expected 1 to 64, found 0"},
      {"run --workload set --expect sequential", "cannot decide 'sequential'"},
      {"list mode", "did you mean 'modes'"},
      {"check --model registr /dev/null", "did you mean 'register'"},
      {"check /nowhere/h.edn", "/nowhere/h.edn"},
      {"verify /nowhere", "/nowhere"},
      {"replay /nowhere", "/nowhere"},
      {"scenario splitbrain-of-doom", "unknown scenario"},
  };
  for (const auto& [arguments, wanted] : cases) {
    const Printed printed = tribunal(arguments);
    EXPECT_EQ(printed.code, 64) << arguments << "\n" << printed.err;
    EXPECT_NE(printed.err.find(wanted), std::string::npos) << arguments << "\n" << printed.err;
    EXPECT_EQ(std::count(printed.err.begin(), printed.err.end(), '\n'), 1) << arguments << "\n"
                                                                           << printed.err;
    EXPECT_EQ(printed.out, "") << arguments;
  }
}

TEST(CommandLine, ListKnowsEveryTopicAsJson) {
  for (const char* topic :
       {"modes", "workloads", "nemeses", "models", "anomalies", "formats", "scenarios"}) {
    const Printed printed = tribunal(std::string("list --json ") + topic);
    EXPECT_EQ(printed.code, 0) << topic;
    const auto json = nlohmann::json::parse(printed.out, nullptr, false);
    ASSERT_TRUE(json.is_array()) << topic;
    EXPECT_FALSE(json.empty()) << topic;
  }
}

TEST(CommandLine, ARunLeavesEverythingInItsDirectoryAndReplaysToTheSameBytes) {
  const Scratch dir;
  const Printed run = tribunal("run --time 10s --seed 5 --nemesis partition", dir.path());
  EXPECT_EQ(run.code, 0) << run.out << run.err;
  for (const char* name : {"scenario.toml", "history.edn", "history.bin", "results.json",
                           "report.html", "proof.json", "nodes/n1.log"}) {
    EXPECT_FALSE(slurp(dir / (std::string("store/latest/") + name)).empty()) << name;
  }
  const Printed replay = tribunal("replay store/latest", dir.path());
  EXPECT_EQ(replay.code, 0) << replay.err;
  EXPECT_NE(replay.out.find("identical"), std::string::npos);
  EXPECT_EQ(tribunal("verify store/latest", dir.path()).code, 0);
  EXPECT_EQ(tribunal("check store/latest/history.edn store/latest/history.bin", dir.path()).code,
            0);
}

TEST(CommandLine, ReplayRefusesARunWhoseHistoryWasTouched) {
  const Scratch dir;
  ASSERT_EQ(tribunal("run --time 5s --quiet", dir.path()).code, 0);
  std::string history = slurp(dir / "store/latest/history.edn");
  const auto digit = history.find(":time 1");
  ASSERT_NE(digit, std::string::npos);
  history[digit + 6] = '2';
  spit(dir / "store/latest/history.edn", history);
  const Printed replay = tribunal("replay store/latest", dir.path());
  EXPECT_EQ(replay.code, 3);
  EXPECT_NE(replay.err.find("history.edn differs"), std::string::npos) << replay.err;
}

TEST(CommandLine, AnInterruptKeepsWhatWasRecordedAndExits130) {
  const Scratch dir;
  const Printed printed =
      tribunal("run --time 24h --rate 1000 --quiet & pid=$!; sleep 1; kill -INT $pid; wait $pid",
               dir.path());
  EXPECT_EQ(printed.code, 130) << printed.err;
  EXPECT_FALSE(slurp(dir / "store/latest/history.edn").empty());
  EXPECT_FALSE(slurp(dir / "store/latest/results.json").empty());
}

TEST(CommandLine, ProofAndCoreOfACheckedFileCanBeCheckedAlone) {
  const Scratch dir;
  spit(dir / "h.edn", stale_read);
  EXPECT_EQ(tribunal("check h.edn --proof p.json --core c.edn --report r.html", dir.path()).code,
            1);
  EXPECT_EQ(tribunal("verify p.json --history h.edn", dir.path()).code, 0);
  EXPECT_EQ(tribunal("check c.edn", dir.path()).code, 1);
  EXPECT_NE(slurp(dir / "r.html").find("<html"), std::string::npos);
  std::string proof = slurp(dir / "p.json");
  proof[proof.size() / 2] ^= 1;
  spit(dir / "p.json", proof);
  EXPECT_EQ(tribunal("verify p.json --history h.edn", dir.path()).code, 1);
}

}  // namespace
}  // namespace tribunal::testing
