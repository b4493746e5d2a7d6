// Histories recorded from real systems, with the verdicts that are known for them. They are not
// part of the repository: without them these tests are skipped.
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "checker/check.h"
#include "history/files.h"

namespace tribunal::checker {
namespace {

using history::Value;
namespace fs = std::filesystem;

fs::path data() {
  return fs::path(TRIBUNAL_SOURCE_DIR) / ".." / "shared" / "data" / "linearizability";
}

std::vector<fs::path> files(const fs::path& folder) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(data() / folder)) {
    if (entry.path().filename() != "LICENSE") found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

history::History read(const fs::path& file) {
  auto history = history::read_file(file.string());
  EXPECT_TRUE(history.ok()) << history.error().show();
  return history.ok() ? std::move(history).value() : history::History{};
}

Check checked(const history::History& history, const Options& options) {
  auto check = check_linearizable(history, options);
  EXPECT_TRUE(check.ok()) << check.error().message;
  return check.ok() ? std::move(check).value() : Check{};
}

Options knossos() {
  Options options;
  options.model = "cas-register";
  options.initial = Value::integer(0);
  options.nil_read = NilRead::any;
  return options;
}

class RecordedHistories : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(data())) GTEST_SKIP() << "no recorded histories at " << data();
  }
};

TEST_F(RecordedHistories, OfEtcdHaveTheKnownVerdictsHoweverAFailedCasIsRead) {
  const std::set<std::string> good = {"002", "005", "018", "025", "038", "045", "048", "049", "053",
                                      "056", "076", "080", "092", "098", "100", "101", "102"};
  std::size_t seen = 0;
  for (const fs::path& file : files("porcupine/jepsen")) {
    const std::string number = file.stem().string().substr(5);
    const history::History history = read(file);
    for (const FailedCas failed : {FailedCas::ignore, FailedCas::observe}) {
      Options options;
      options.model = "cas-register";
      options.failed_cas = failed;
      const Validity expected = good.count(number) != 0 ? Validity::valid : Validity::invalid;
      EXPECT_EQ(checked(history, options).validity, expected) << file;
    }
    ++seen;
  }
  EXPECT_EQ(seen, 78U);
}

TEST_F(RecordedHistories, OfAKeyValueStoreAreWhatTheirNameSays) {
  for (const fs::path& file : files("porcupine/kv")) {
    const bool good = file.stem().string().find("-ok") != std::string::npos;
    EXPECT_EQ(checked(read(file), {}).validity, good ? Validity::valid : Validity::invalid) << file;
  }
}

TEST_F(RecordedHistories, OfKnossosAreWhatTheirFolderSays) {
  std::size_t seen = 0;
  for (const std::string folder : {"good", "bad"}) {
    for (const fs::path& file : files("knossos/cas-register/" + folder)) {
      const Validity expected = folder == "good" ? Validity::valid : Validity::invalid;
      EXPECT_EQ(checked(read(file), knossos()).validity, expected) << file;
      ++seen;
      if (file.filename().string().rfind("rethink-fail", 0) != 0) continue;
      Options from_nil = knossos();
      from_nil.initial = Value{};
      EXPECT_EQ(checked(read(file), from_nil).validity, expected) << file << " from nil";
    }
  }
  EXPECT_EQ(seen, 83U);
}

TEST_F(RecordedHistories, OfAMultiRegisterAndAMutexHaveTheKnownVerdicts) {
  Options registers;
  registers.model = "multi-register";
  registers.initial =
      Value::map({Value::keyword("x"), Value::integer(0), Value::keyword("y"), Value::integer(0)});
  for (const fs::path& file : files("knossos/multi-register/good")) {
    EXPECT_EQ(checked(read(file), registers).validity, Validity::valid) << file;
  }
  for (const fs::path& file : files("knossos/mutex/bad")) {
    const Check check = checked(read(file), {});
    EXPECT_EQ(check.model, "mutex");
    EXPECT_EQ(check.validity, Validity::invalid) << file;
  }
}

TEST_F(RecordedHistories, NameTheFirstOperationThatCannotBePlaced) {
  struct Stuck {
    std::int32_t process;
    int read;
    std::uint32_t event;
  };
  const std::map<std::string, Stuck> known = {{"bad-analysis", {21, 2, 14}},
                                              {"cas-failure", {70, 0, 491}},
                                              {"rethink-fail-minimal", {1, 3, 4}},
                                              {"rethink-fail-smaller", {12, 3, 217}},
                                              {"immediate-failure", {1, 3, 3}}};
  for (const auto& [name, stuck] : known) {
    const history::History history = read(data() / "knossos/cas-register/bad" / (name + ".edn"));
    const Check check = checked(history, knossos());
    ASSERT_EQ(check.validity, Validity::invalid) << name;
    const history::Event event = history.event(check.proofs[0].stuck_at);
    EXPECT_EQ(check.proofs[0].stuck_at, stuck.event) << name;
    EXPECT_EQ(history::index(event.process), stuck.process) << name;
    EXPECT_EQ(history.value(event.value).show(), std::to_string(stuck.read)) << name;
  }
}

}  // namespace
}  // namespace tribunal::checker
