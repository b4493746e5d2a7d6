// Histories for tests, as EDN.
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "history/files.h"

namespace tribunal::verify::test {

inline history::History edn(const std::string& text) {
  history::ReadOptions options;
  options.format = history::Format::edn;
  auto read = history::read_text(text, "test", options);
  EXPECT_TRUE(read.ok()) << (read.ok() ? "" : read.error().show());
  return read.ok() ? *std::move(read) : history::History();
}

// "0 invoke write 1; 0 ok write 1": one event a clause, the value is the rest of it.
inline history::History events(const std::string& clauses) {
  std::string text;
  std::size_t at = 0;
  while (at < clauses.size()) {
    std::size_t end = clauses.find(';', at);
    if (end == std::string::npos) end = clauses.size();
    std::string clause = clauses.substr(at, end - at);
    at = end + 1;
    clause.erase(0, clause.find_first_not_of(" \n"));
    std::string words[3];
    for (std::string& word : words) {
      const std::size_t space = clause.find(' ');
      word = clause.substr(0, space);
      clause.erase(0, space == std::string::npos ? space : space + 1);
    }
    const std::string value = clause.empty() ? "nil" : clause;
    text += "{:process " + words[0] + ", :type :" + words[1] + ", :f :" + words[2] + ", :value " +
            value + "}\n";
  }
  return edn(text);
}

}  // namespace tribunal::verify::test
