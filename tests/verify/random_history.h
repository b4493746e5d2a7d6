// Small histories in which anything may have been observed, so that about half are impossible.
#pragma once

#include <string>
#include <vector>

#include "tests/verify/generator.h"

namespace tribunal::verify::test {

// A guess at what an operation may have returned.
inline Value random_answer(Random& random, const Setting& setting, const Shape& shape,
                           const std::string& f, const Value& asked) {
  if (f == "read" && setting.model == "set") {
    std::vector<Value> items;
    for (std::uint64_t v = 0; v < shape.values; ++v) {
      if (random.percent(50)) items.push_back(number(static_cast<std::int64_t>(v)));
    }
    return random.percent(50) ? Value::set(items) : Value::list(items);
  }
  if (f == "read") return random_value(random, setting, shape);
  if (f == "get") {
    std::string text;
    while (random.percent(60)) text += static_cast<char>('a' + random.below(shape.values));
    return word(text);
  }
  if (f != "txn") return asked;
  std::vector<Value> micros;
  for (const Value& item : asked.items()) {
    const bool writes = item.items()[0] == Value::keyword("write");
    const Value seen = writes ? item.items()[2] : random_value(random, setting, shape);
    micros.push_back(Value::vector({item.items()[0], item.items()[1], seen}));
  }
  return Value::vector(micros);
}

struct Odds {
  std::uint64_t info = 15, open = 10, fail = 8;  // percent of the operations
  std::uint64_t counted = 0;                     // percent of completions that declare producers
};

// Every operation is invoked by a fresh process or one that is free; completions come at random.
inline History random_history(Random& random, const Setting& setting, const Shape& shape,
                              const Odds& odds) {
  struct Open {
    std::int32_t process;
    std::string f;
    Value asked;
  };
  History history;
  const Value key = number(7);
  const Value* const at = shape.keys == 0 ? nullptr : &key;
  std::vector<Open> open;
  std::int32_t next_process = 0;
  for (std::uint64_t started = 0; started < shape.operations || !open.empty();) {
    if (started < shape.operations &&
        (open.empty() || (open.size() < shape.processes && random.percent(55)))) {
      auto [f, asked] = random_request(random, setting, shape);
      append(history, {next_process, EventType::invoke, f, asked, at});
      open.push_back({next_process++, f, asked});
      ++started;
      continue;
    }
    const std::size_t i = random.below(open.size());
    const Open done = open[i];
    open.erase(open.begin() + static_cast<std::ptrdiff_t>(i));
    const std::uint64_t die = random.below(100);
    if (die < odds.open) continue;
    const auto counted = static_cast<std::int32_t>(random.below(4));
    const std::int32_t producers = random.percent(odds.counted) ? counted : -1;
    if (die < odds.open + odds.info) {
      append(history, {done.process, EventType::info, done.f, done.asked, at, producers});
    } else if (die < odds.open + odds.info + odds.fail) {
      append(history, {done.process, EventType::fail, done.f, done.asked, at, producers});
    } else {
      const Value answer = random_answer(random, setting, shape, done.f, done.asked);
      append(history, {done.process, EventType::ok, done.f, answer, at, producers});
    }
  }
  return history;
}

}  // namespace tribunal::verify::test
