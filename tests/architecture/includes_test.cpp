// The rules of docs/ARCHITECTURE.md that a machine can check: who may include whom, what
// deterministic code must not touch, and which headers stay out of public ones.
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace {

namespace fs = std::filesystem;

const std::map<std::string, std::set<std::string>>& allowed() {
  static const std::map<std::string, std::set<std::string>> rules = {
      {"base", {"base"}},
      {"spec", {"base", "spec"}},
      {"history", {"base", "history"}},
      {"verify", {"base", "history", "verify"}},
      {"checker", {"base", "spec", "history", "checker"}},
      {"sut", {"base", "spec", "sut"}},
      {"cluster", {"base", "spec", "sut", "cluster"}},
      {"nemesis", {"base", "spec", "sut", "cluster", "nemesis"}},
      {"workloads", {"base", "spec", "history", "checker", "workloads"}},
      {"reports", {"base", "spec", "history", "checker", "reports"}},
      {"harness",
       {"base", "spec", "history", "verify", "checker", "sut", "cluster", "nemesis", "workloads",
        "reports", "harness"}},
  };
  return rules;
}

struct SourceFile {
  std::string folder;
  std::string path;
  std::vector<std::string> lines;
};

std::vector<SourceFile> sources() {
  std::vector<SourceFile> result;
  const fs::path root = TRIBUNAL_SOURCE_DIR;
  for (const auto& [folder, unused] : allowed()) {
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".h" && extension != ".cpp") continue;
      SourceFile file{folder, fs::relative(entry.path(), root).string(), {}};
      std::ifstream in(entry.path());
      for (std::string line; std::getline(in, line);) file.lines.push_back(line);
      result.push_back(std::move(file));
    }
  }
  return result;
}

// The code of a line: without what follows //, so that prose may name what code may not.
std::string code_of(const std::string& line) { return line.substr(0, line.find("//")); }

TEST(Architecture, EveryFolderIncludesOnlyWhatItMayKnow) {
  const std::regex include(R"re(^#include "([a-z_]+)/)re");
  int seen = 0;
  for (const SourceFile& file : sources()) {
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      std::smatch match;
      if (!std::regex_search(file.lines[i], match, include)) continue;
      ++seen;
      EXPECT_TRUE(allowed().at(file.folder).count(match[1]) != 0)
          << file.path << ":" << i + 1 << " includes " << match[1] << "/, which " << file.folder
          << "/ must not know";
    }
  }
  EXPECT_GT(seen, 100) << "the rule looked at hardly anything";
}

TEST(Architecture, NemesisKnowsTheClusterOnlyByItsInterface) {
  for (const SourceFile& file : sources()) {
    if (file.folder != "nemesis") continue;
    for (const std::string& line : file.lines) {
      EXPECT_EQ(line.find("#include \"cluster/simulated/"), std::string::npos) << file.path;
      EXPECT_EQ(line.find("#include \"cluster/processes/"), std::string::npos) << file.path;
    }
  }
}

TEST(Architecture, DeterministicFoldersTouchNoClockThreadFileOrForeignRandomness) {
  const std::set<std::string> deterministic = {"base",    "spec",    "sut",
                                               "cluster", "nemesis", "workloads"};
  const std::vector<std::string> banned = {
      "<random>",
      "<thread>",
      "<mutex>",
      "<fstream>",
      "<filesystem>",
      "<iostream>",
      "<cmath>",
      "asio",
      "steady_clock",
      "system_clock",
      "std::rand",
      "std::shuffle",
      "std::hash",
      "std::async",
      "getenv",
      "random_device",
      "time(nullptr)",
      "std::sample",
      "high_resolution_clock",
      "std::log(",
      "std::exp(",
      "std::pow(",
  };
  for (const SourceFile& file : sources()) {
    if (deterministic.count(file.folder) == 0) continue;
    if (file.path.rfind("cluster/processes/", 0) == 0) continue;  // there the real world begins
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      for (const std::string& word : banned) {
        EXPECT_EQ(code_of(file.lines[i]).find(word), std::string::npos)
            << file.path << ":" << i + 1 << " uses " << word;
      }
    }
  }
}

TEST(Architecture, HeavyHeadersStayOutOfPublicHeaders) {
  const std::vector<std::string> heavy = {"<boost/",  "<asio", "<z3",      "<nlohmann/json.hpp",
                                          "<toml++/", "<CLI/", "<simdjson"};
  for (const SourceFile& file : sources()) {
    if (fs::path(file.path).extension() != ".h") continue;
    const bool solvers_own = file.path.rfind("checker/confluence/encoding/", 0) == 0 ||
                             file.path.rfind("checker/confluence/recheck/", 0) == 0;
    if (solvers_own) continue;
    for (const std::string& line : file.lines) {
      for (const std::string& header : heavy) {
        EXPECT_EQ(line.find("#include " + header), std::string::npos) << file.path;
      }
    }
  }
}

// g++ 12 silently miscompiles several common forms of coroutines: callbacks instead.
TEST(Architecture, NothingIsACoroutine) {
  for (const SourceFile& file : sources()) {
    for (const std::string& line : file.lines) {
      for (const char* word : {"co_await", "co_return", "co_yield"})
        EXPECT_EQ(code_of(line).find(word), std::string::npos) << file.path;
    }
  }
}

TEST(Architecture, NothingSwallowsEveryException) {
  for (const SourceFile& file : sources()) {
    for (const std::string& line : file.lines) {
      EXPECT_EQ(code_of(line).find("catch (...)"), std::string::npos) << file.path;
    }
  }
}

TEST(Architecture, EveryFileOpensWithWhatItIsForOrWithItsHeader) {
  for (const SourceFile& file : sources()) {
    ASSERT_FALSE(file.lines.empty()) << file.path;
    const std::string& first = file.lines.front();
    const bool says = first.rfind("//", 0) == 0;
    const bool is_source = fs::path(file.path).extension() == ".cpp";
    EXPECT_TRUE(says || (is_source && first.rfind("#include \"", 0) == 0)) << file.path;
  }
}

}  // namespace
