// Histories written down in a test, one event a line: "0 invoke write 1", "0 ok write 1".
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "checker/check.h"
#include "history/files.h"

namespace tribunal::checker::testing_support {

// EDN, as a file would hold it.
inline history::History edn(const std::string& text) {
  auto history = history::read_text(text, "test.edn");
  EXPECT_TRUE(history.ok()) << history.error().show();
  return history.ok() ? std::move(history).value() : history::History{};
}

// "PROCESS TYPE F VALUE" in each line; VALUE is EDN and may be left out.
inline history::History lines(const std::string& text) {
  std::string all;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    const std::size_t a = line.find(' ');
    const std::size_t b = line.find(' ', a + 1);
    const std::size_t c = std::min(line.find(' ', b + 1), line.size());
    if (a == std::string::npos || b == std::string::npos) continue;
    const std::string value = c < line.size() ? line.substr(c + 1) : "nil";
    all += "{:process " + line.substr(0, a) + ", :type :" + line.substr(a + 1, b - a - 1) +
           ", :f :" + line.substr(b + 1, c - b - 1) + ", :value " + value + "}\n";
  }
  return edn(all);
}

inline Check checked(const history::History& history, const Options& options = {}) {
  auto check = check_linearizable(history, options);
  EXPECT_TRUE(check.ok()) << check.error().message;
  return check.ok() ? std::move(check).value() : Check{};
}

inline Check checked(const std::string& text, const Options& options = {}) {
  return checked(lines(text), options);
}

inline std::string refused(const history::History& history, const Options& options = {}) {
  const auto check = check_linearizable(history, options);
  return check.ok() ? "" : check.error().message;
}

}  // namespace tribunal::checker::testing_support
