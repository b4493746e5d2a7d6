// Random values and histories for the tests of history/, the same on every machine.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/hash.h"
#include "history/files.h"
#include "history/history.h"

namespace tribunal::history::testing {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(mix64(seed)) {}
  std::uint64_t next() { return mix64(state_++); }
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  bool chance(std::uint64_t percent) { return below(100) < percent; }

 private:
  std::uint64_t state_;
};

// Text with everything that needs escapes somewhere, now and then not even UTF-8.
inline std::string random_text(Random& random) {
  static const std::vector<std::string> parts{"a",
                                              "read",
                                              "x1",
                                              " ",
                                              "\"",
                                              "\\",
                                              "\n",
                                              "\t",
                                              "\r",
                                              ":",
                                              "~",
                                              "#",
                                              ";",
                                              ",",
                                              "/",
                                              "'",
                                              "{",
                                              "]",
                                              "nil",
                                              "-1",
                                              "7",
                                              ".",
                                              "\x01",
                                              "\x7f",
                                              "\xc3\xa9",
                                              "\xe2\x82\xac",
                                              "\xf0\x9f\x92\xa5",
                                              "~list",
                                              "~~",
                                              "true",
                                              "\b",
                                              "\f",
                                              "+3",
                                              "@",
                                              "^",
                                              "`",
                                              "\xef\xbb\xbf",
                                              "_/x",
                                              "\\u0041",
                                              "%"};
  std::string text;
  for (std::uint64_t n = random.below(4); n > 0; --n) text += parts[random.below(parts.size())];
  if (random.chance(4)) text += static_cast<char>(0x80 + random.below(128));
  if (random.chance(2)) text += '\0';
  return text;
}

inline std::int64_t random_integer(Random& random) {
  if (random.chance(70)) return static_cast<std::int64_t>(random.below(20)) - 5;
  return static_cast<std::int64_t>(random.next()) >> random.below(64);
}

inline double random_real(Random& random) {
  switch (random.below(6)) {
    case 0:
      return 1.0 / 0.0 * (random.chance(50) ? 1 : -1);
    case 1:
      return 0.0 / 0.0;
    case 2:
      return random.chance(50) ? 0.0 : -0.0;
    case 3:
      return static_cast<double>(random_integer(random)) / 8;
    case 4:
      return static_cast<double>(random_integer(random)) * 1e200;
    default:
      return static_cast<double>(random.next()) * 5e-324;
  }
}

inline std::vector<Value> random_items(Random& random, int depth);

inline Value random_value(Random& random, int depth) {
  switch (random.below(depth > 0 ? 14 : 8)) {
    case 0:
      return {};
    case 1:
      return Value::boolean(random.chance(50));
    case 2:
    case 3:
      return Value::integer(random_integer(random));
    case 4:
      return Value::real(random_real(random));
    case 5:
      return Value::string(random_text(random));
    case 6:
      return Value::keyword(random_text(random));
    case 7:
      return Value::symbol(random_text(random));
    case 8:
    case 9:
      return Value::vector(random_items(random, depth - 1));
    case 10:
      return Value::list(random_items(random, depth - 1));
    case 11:
      return Value::set(random_items(random, depth - 1));
    default: {
      std::vector<Value> items = random_items(random, depth - 1);
      if (items.size() % 2 != 0) items.pop_back();
      return Value::map(std::move(items));
    }
  }
}

inline std::vector<Value> random_items(Random& random, int depth) {
  std::vector<Value> items;
  for (std::uint64_t n = random.below(5); n > 0; --n) items.push_back(random_value(random, depth));
  return items;
}

// What real recordings hold.
inline Value plain_value(Random& random) {
  switch (random.below(4)) {
    case 0:
      return {};
    case 1:
      return Value::pair(Value::integer(random_integer(random)), Value::integer(3));
    case 2:
      return Value::string("x " + std::to_string(random.below(9)) + " y");
    default:
      return Value::integer(random_integer(random));
  }
}

struct Shape {
  std::uint64_t events = 40;
  std::uint64_t processes = 5;
  bool plain = false;
};

// Obeys the rules of History::append: every process invokes and completes in turn, and retires on
// info.
inline History random_history(Random& random, const Shape& shape) {
  History history;
  std::vector<std::int32_t> ids;
  for (std::uint64_t i = 0; i < shape.processes; ++i) ids.push_back(static_cast<std::int32_t>(i));
  std::int64_t now = static_cast<std::int64_t>(random.below(1000)) - 500;
  const auto value = [&] {
    return history.intern(shape.plain ? plain_value(random) : random_value(random, 3));
  };
  for (std::uint64_t i = 0; i < shape.events; ++i) {
    const std::uint64_t slot = random.below(ids.size());
    Event event;
    now += static_cast<std::int64_t>(random.below(1'000'000));
    if (random.chance(90)) event.time = Time{now};
    event.process = random.chance(5) ? Process::nemesis : static_cast<Process>(ids[slot]);
    event.value = value();
    const std::uint32_t open = history.open_invocation(event.process);
    if (event.process == Process::nemesis) {
      event.type = static_cast<EventType>(random.below(4));
      event.f = history.symbol("start");
    } else if (open == no_event) {
      event.f = history.symbol(shape.plain || random.chance(80) ? "read" : random_text(random));
      event.has_key = random.chance(40);
      if (event.has_key) event.key = value();
    } else {
      event.type = static_cast<EventType>(1 + random.below(3));
      event.f = history.f(open);
      event.has_key = history.event(open).has_key && random.chance(90);
      event.key = event.has_key ? history.event(open).key : ValueRef{};
      if (random.chance(20)) event.error = value();
      if (random.chance(10)) event.producers = static_cast<std::int32_t>(random.below(4));
      if (event.type == EventType::info) ids[slot] += static_cast<std::int32_t>(ids.size());
    }
    if (random.chance(30)) event.node = static_cast<std::uint16_t>(random.below(5));
    if (!history.append(event).ok()) std::abort();
  }
  return history;
}

}  // namespace tribunal::history::testing
