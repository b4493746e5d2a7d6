// Histories recorded from real systems, as other projects publish them. They are read in place.
#include <filesystem>
#include <map>

#include <gtest/gtest.h>

#include "history/files.h"

namespace tribunal::history {
namespace {

namespace fs = std::filesystem;

const fs::path data = fs::path(TRIBUNAL_SOURCE_DIR) / ".." / "shared" / "data" / "linearizability";

std::vector<fs::path> files_under(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    const std::string extension = entry.path().extension().string();
    if (extension == ".edn" || extension == ".log" || extension == ".txt")
      files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Reads all files in the folder, which must have the given format, and gives the number of
// operations.
std::map<std::string, std::size_t> read_all(const fs::path& folder, Format format) {
  std::map<std::string, std::size_t> operations;
  for (const fs::path& path : files_under(folder)) {
    ReadReport report;
    const auto history = read_file(path.string(), {.report = &report});
    EXPECT_TRUE(history.ok()) << history.error().show();
    if (!history.ok()) continue;
    EXPECT_EQ(report.format, format) << path;
    EXPECT_EQ(report.skipped_lines, 0U);
    operations[path.filename().string()] = history->operations().size();

    std::string edn;
    write_edn(*history, edn);
    std::string json;
    write_jsonl(*history, json);
    for (const std::string& text : {edn, json, write_binary(*history)}) {
      const auto again = read_text(text, path.string());
      EXPECT_TRUE(again.ok()) << again.error().show();
      if (again.ok()) {
        EXPECT_EQ(again->content_hash(), history->content_hash()) << path;
      }
    }
  }
  return operations;
}

TEST(RecordedFiles, OfKnossosAreRead) {
  if (!fs::exists(data)) GTEST_SKIP() << "no recorded histories at " << data;
  const auto operations = read_all(data / "knossos", Format::edn);
  EXPECT_EQ(operations.size(), 85U);
  EXPECT_EQ(operations.at("rethink-fail-minimal.edn"), 4U);
  EXPECT_EQ(operations.at("etcd.edn"), 563U);
  EXPECT_EQ(operations.at("immediate-failure.edn"), 2U);
}

TEST(RecordedFiles, OfPorcupinesJepsenRunsAreRead) {
  if (!fs::exists(data)) GTEST_SKIP() << "no recorded histories at " << data;
  const auto operations = read_all(data / "porcupine" / "jepsen", Format::jepsen_log);
  EXPECT_EQ(operations.size(), 78U);
  for (const auto& [name, count] : operations) {
    EXPECT_GE(count, 73U) << name;
    EXPECT_LE(count, 91U) << name;
  }
}

TEST(RecordedFiles, OfPorcupinesKeyValueStoreAreRead) {
  if (!fs::exists(data)) GTEST_SKIP() << "no recorded histories at " << data;
  const auto operations = read_all(data / "porcupine" / "kv", Format::porcupine_kv);
  EXPECT_EQ(operations.size(), 4U);
  EXPECT_EQ(operations.at("c01-bad.txt"), 38U);
}

}  // namespace
}  // namespace tribunal::history
