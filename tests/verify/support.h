// Shared by the tests of verify/: seeded choices, and histories built line by line.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "base/hash.h"
#include "history/history.h"

namespace tribunal::verify::test {

using history::Event;
using history::EventType;
using history::History;
using history::Operation;
using history::Process;
using history::Value;

// A stream of draws that is the same everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(mix64(seed)) {}
  std::uint64_t below(std::uint64_t bound) {
    state_ += 0x9e3779b97f4a7c15ULL;
    return mix64(state_) % bound;
  }
  bool percent(std::uint64_t p) { return below(100) < p; }
  template <class T>
  const T& pick(const std::vector<T>& items) {
    return items[below(items.size())];
  }

 private:
  std::uint64_t state_;
};

// Appends one event and returns its index; fails the test when the history refuses it.
struct Line {
  std::int32_t process = 0;
  EventType type = EventType::invoke;
  std::string f;
  Value value;
  const Value* key = nullptr;
  std::int32_t producers = -1;
};

inline std::uint32_t append(History& history, const Line& line) {
  Event event;
  event.time = Time{static_cast<std::int64_t>(history.size())};
  event.process = Process{line.process};
  event.type = line.type;
  event.f = history.symbol(line.f);
  event.value = history.intern(line.value);
  if (line.key != nullptr) {
    event.key = history.intern(*line.key);
    event.has_key = true;
  }
  event.producers = line.producers;
  const Status status = history.append(event);
  EXPECT_TRUE(status.ok()) << status.error().message;
  return static_cast<std::uint32_t>(history.size() - 1);
}

inline Value number(std::int64_t i) { return Value::integer(i); }
inline Value word(std::string_view text) { return Value::string(text); }
inline Value micro(std::string_view f, Value key, Value value) {
  return Value::vector({Value::keyword(f), std::move(key), std::move(value)});
}

// What a proof says of how to read the operations.
struct Setting {
  std::string model = "register";
  Value initial = {};
  bool observe = false;
  bool any = false;
};

}  // namespace tribunal::verify::test
