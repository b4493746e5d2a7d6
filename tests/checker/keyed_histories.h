// Histories of registers on several keys, written down in a test.
#pragma once

#include <cstdint>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "history/history.h"

namespace tribunal::checker::testing_support {

// "PROCESS TYPE F KEY VALUE" in each line.
inline history::History keyed(const std::string& text) {
  history::History history;
  std::istringstream all(text);
  int process = 0;
  std::string type, f, key;
  std::int64_t value = 0;
  while (all >> process >> type >> f >> key >> value) {
    history::Event event;
    event.process = static_cast<history::Process>(process);
    event.type = type == "ok" ? history::EventType::ok : history::EventType::invoke;
    event.f = history.symbol(f);
    const bool asks = type == "invoke" && f == "read";
    event.value = asks ? history::ValueRef{} : history.intern(history::Value::integer(value));
    event.key = history.intern(history::Value::keyword(key));
    event.has_key = true;
    EXPECT_TRUE(history.append(event).ok()) << text;
  }
  return history;
}

// Complete operations, one after the other: "0 write x 1; ...".
inline std::string sequence(const std::string& text) {
  std::istringstream all(text);
  std::string result;
  for (std::string one; std::getline(all, one, ';');) {
    std::istringstream words(one);
    std::string process, rest;
    words >> process;
    std::getline(words, rest);
    result += process + " invoke" + rest + "\n" + process + " ok" + rest + "\n";
  }
  return result;
}

}  // namespace tribunal::checker::testing_support
