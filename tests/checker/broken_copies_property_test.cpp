// Recorded histories, broken by hand: two values exchanged, a line dropped, ok and fail flipped.
// Nothing crashes, and whatever is called invalid comes with a core that is invalid when it is
// checked alone.
#include <algorithm>
#include <filesystem>
#include <sstream>

#include <gtest/gtest.h>

#include "checker/proof.h"
#include "history/files.h"
#include "tests/checker/brute_force.h"
#include "tests/checker/random_histories.h"
#include "tests/scale.h"

namespace tribunal::checker {
namespace {

using history::Value;
using testing_support::BruteForce;
using testing_support::Dice;
namespace fs = std::filesystem;

using Lines = std::vector<std::string>;

std::string replaced(std::string line, const std::string& from, const std::string& to) {
  const auto at = line.find(from);
  return at == std::string::npos ? line : line.replace(at, from.size(), to);
}

void exchange_values(Lines& lines, Dice& dice) {
  const auto value = [](const std::string& line) { return line.find(":value "); };
  std::string& a = lines[dice.below(lines.size())];
  std::string& b = lines[dice.below(lines.size())];
  const std::string tail_a = a.substr(value(a));
  const std::string tail_b = b.substr(value(b));
  a = a.substr(0, value(a)) + tail_b;
  if (&a != &b) b = b.substr(0, value(b)) + tail_a;
}

void drop_line(Lines& lines, Dice& dice) {
  lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(dice.below(lines.size())));
}

void flip_outcome(Lines& lines, Dice& dice) {
  std::string& line = lines[dice.below(lines.size())];
  const bool ok = line.find(":type :ok") != std::string::npos;
  line =
      ok ? replaced(line, ":type :ok", ":type :fail") : replaced(line, ":type :fail", ":type :ok");
}

// One break or several. Indices go, so that dropping a line leaves a file that can be read.
std::string broken(Lines lines, Dice& dice) {
  for (std::string& line : lines) line = replaced(line, ":index ", ":was ");
  for (std::uint64_t n = 1 + dice.below(2); n > 0; --n) {
    const std::uint64_t how = dice.below(3);
    if (how == 0) exchange_values(lines, dice);
    if (how == 1) drop_line(lines, dice);
    if (how == 2) flip_outcome(lines, dice);
  }
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

Options options_for(const fs::path& file) {
  Options options;
  const std::string path = file.string();
  if (path.find("knossos/cas-register") != std::string::npos) {
    options.model = "cas-register";
    options.initial = Value::integer(0);
    options.nil_read = NilRead::any;
  } else if (path.find("jepsen") != std::string::npos) {
    options.model = "cas-register";
  } else if (path.find("multi-register") != std::string::npos) {
    options.initial = Value::map(
        {Value::keyword("x"), Value::integer(0), Value::keyword("y"), Value::integer(0)});
  }
  return options;
}

struct Seen {
  int valid = 0;
  int invalid = 0;
  int refused = 0;
};

void judge_core(const history::History& history, const Options& options, const Anomaly& anomaly) {
  const Check alone = [&] {
    auto check = check_linearizable(core_history(history, options, anomaly), options);
    EXPECT_TRUE(check.ok()) << check.error().message;
    return check.ok() ? *check : Check{};
  }();
  EXPECT_EQ(alone.validity, Validity::invalid);
  if (anomaly.operations.size() > 6) return;
  const BruteForce oracle(history, options);
  std::set<std::uint32_t> core(anomaly.operations.begin(), anomaly.operations.end());
  EXPECT_FALSE(oracle.possible(core));
  for (const std::uint32_t call : anomaly.operations) {
    core.erase(call);
    EXPECT_TRUE(oracle.possible(core)) << "without " << call;
    core.insert(call);
  }
}

void judge(const std::string& text, Options options, Seen& seen) {
  const auto history = history::read_text(text, "broken.edn");
  if (!history.ok()) {
    ++seen.refused;
    EXPECT_FALSE(history.error().show().empty());
    return;
  }
  if (options.model.empty()) options.model = *recognise_model(*history);
  const auto check = check_linearizable(*history, options);
  if (!check.ok()) {
    ++seen.refused;
    EXPECT_FALSE(check.error().message.empty());
    return;
  }
  EXPECT_NE(check->validity, Validity::unknown) << check->reason;
  ++(check->validity == Validity::valid ? seen.valid : seen.invalid);
  for (const Anomaly& anomaly : check->anomalies) judge_core(*history, options, anomaly);
}

TEST(BrokenCopies, NeverCrashAndComeWithASoundCore) {
  const fs::path data =
      fs::path(TRIBUNAL_SOURCE_DIR) / ".." / "shared" / "data" / "linearizability";
  if (!fs::exists(data)) GTEST_SKIP() << "no recorded histories at " << data;
  std::vector<fs::path> files;
  for (const std::string folder : {"porcupine", "knossos"}) {
    for (const auto& entry : fs::recursive_directory_iterator(data / folder)) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  Seen seen;
  const std::uint64_t copies = scaled(6);
  for (std::size_t f = 0; f < files.size(); ++f) {
    const auto history = history::read_file(files[f].string());
    if (!history.ok()) continue;  // a licence
    std::string text;
    history::write_edn(*history, text);
    std::istringstream stream(text);
    Lines lines;
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    for (std::uint64_t copy = 0; copy < copies; ++copy) {
      SCOPED_TRACE(files[f].string() + " copy " + std::to_string(copy));
      Dice dice(f * 1000 + copy);
      judge(broken(lines, dice), options_for(files[f]), seen);
      if (HasFailure()) return;
    }
  }
  RecordProperty("valid", seen.valid);
  RecordProperty("invalid", seen.invalid);
  RecordProperty("refused", seen.refused);
  const int enough = static_cast<int>(copies);  // so many for each copy of the files
  EXPECT_GT(seen.valid, 20 * enough);
  EXPECT_GT(seen.invalid, 30 * enough);
  EXPECT_GT(seen.refused, 20 * enough);
}

}  // namespace
}  // namespace tribunal::checker
