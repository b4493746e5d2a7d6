// Small random histories of registers for the models weaker than linearizable: three clients, up
// to three keys, reads of anything that was or will be written.
#pragma once

#include <string>
#include <vector>

#include "tests/checker/random_histories.h"

namespace tribunal::checker::testing_support {

class WeakerGenerator {
 public:
  explicit WeakerGenerator(std::uint64_t seed) : dice_(seed) {
    repeated_ = dice_.chance(15);
    cas_ = dice_.chance(40) ? 20 : 0;
    keys_ = 1 + dice_.below(3);
    plain_ = keys_ == 1 && dice_.chance(20);
    untidy_ = dice_.chance(50) ? 12 : 0;
    honest_ = dice_.below(90);
  }

  history::History history(std::size_t most) {
    const std::size_t operations = 2 + dice_.below(most - 1);
    const std::uint64_t clients = 1 + dice_.below(3);
    std::vector<int> process{0, 1, 2};
    int retired = 3;
    for (std::size_t i = 0; i < operations; ++i) plan(dice_.below(clients));
    for (const Planned& one : planned_) {
      RawEvent event = ask(one, process[one.client]);
      events_.push_back(event);
      const std::uint64_t fate = dice_.below(100);
      event.type = fate >= untidy_      ? EventType::ok
                   : fate < untidy_ / 3 ? EventType::fail
                                        : EventType::info;
      if (event.type == EventType::ok && event.f == "read") event.value = answer(one);
      if (event.type == EventType::info) process[one.client] = retired++;
      if (event.type == EventType::info && dice_.chance(30)) continue;  // never completes
      events_.push_back(event);
    }
    return build(events_);
  }

 private:
  struct Planned {
    std::size_t client = 0;
    int key = 0;
    std::string f;
    int value = 0;  // of what it writes
  };

  void plan(std::uint64_t client) {
    Planned one;
    one.client = client;
    one.key = static_cast<int>(dice_.below(keys_));
    const std::uint64_t pick = dice_.below(100);
    one.f = pick < 50 ? "read" : pick < 50 + cas_ ? "cas" : "write";
    if (one.f != "read") {
      one.value = repeated_ ? 1 + static_cast<int>(dice_.below(2)) : ++next_;
      written_[static_cast<std::size_t>(one.key)].push_back(one.value);
    }
    planned_.push_back(one);
  }

  // Mostly something plausible: the initial value, or what is written to the key at any time.
  int some_value(int key) {
    auto& written = written_[static_cast<std::size_t>(key)];
    const std::uint64_t pick = dice_.below(written.size() + 1);
    if (dice_.chance(2)) return 99;
    return pick == written.size() ? 0 : written[pick];
  }

  RawEvent ask(const Planned& one, int process) {
    RawEvent event;
    event.process = process;
    event.type = EventType::invoke;
    event.f = one.f;
    event.key = plain_ ? -1 : one.key;
    if (one.f == "write") event.value = Value::integer(one.value);
    if (one.f == "cas") {
      event.value = Value::pair(Value::integer(seen_or_any(one.key)), Value::integer(one.value));
    }
    if (one.f != "read") last_[static_cast<std::size_t>(one.key)] = one.value;
    return event;
  }
  Value answer(const Planned& one) { return Value::integer(seen_or_any(one.key)); }
  int seen_or_any(int key) {
    return dice_.chance(honest_) ? last_[static_cast<std::size_t>(key)] : some_value(key);
  }

  Dice dice_;
  bool repeated_ = false, plain_ = false;
  std::uint64_t cas_ = 0, keys_ = 1, untidy_ = 0, honest_ = 0;
  int next_ = 0;
  std::vector<Planned> planned_;
  std::vector<int> written_[3];
  int last_[3] = {0, 0, 0};
  std::vector<RawEvent> events_;
};

}  // namespace tribunal::checker::testing_support
