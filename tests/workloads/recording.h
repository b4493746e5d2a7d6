// From a simulated trace to a history, and small stores for the scheduler to run against.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>

#include "history/history.h"
#include "tests/workloads/scheduler.h"

namespace tribunal::workloads::testing {

inline history::History to_history(const std::vector<Line>& lines) {
  history::History history;
  for (const Line& line : lines) {
    history::Event event;
    event.time = line.time;
    event.process = line.process;
    event.type = line.type;
    event.f = history.symbol(line.f);
    event.value = history.intern(line.value);
    event.has_key = line.has_key;
    if (line.has_key) event.key = history.intern(line.key);
    if (auto status = history.append(event); !status)
      throw std::runtime_error(status.error().message);
  }
  return history;
}

// A store that carries each operation out at its invocation: linearizable, unless told otherwise.
struct Store {
  std::map<std::int64_t, Value> registers;
  std::set<std::int64_t> elements;
  std::uint64_t forget_add_one_in = 0;  // acknowledges the add without doing it
  std::uint64_t stale_one_in = 0;       // reads a register as it was before the last change
  std::map<std::int64_t, Value> before;
  std::uint64_t seed = 1;

  Answer answer(const Op& op, std::uint64_t n) {
    const auto latency = 1 + static_cast<std::int64_t>(draw(seed, 1, "latency"_site, n, 2'000'000));
    Answer out{EventType::ok, nanoseconds(latency), op.value};
    const auto luck = [&](Site site, std::uint64_t one_in) {
      return one_in != 0 && draw(seed, 1, site, n, one_in) == 0;
    };
    const bool crash = luck("crash"_site, crash_one_in);
    if (op.f == "add") {
      const bool lost = luck("forget"_site, forget_add_one_in) || (crash && luck("half"_site, 2));
      if (!lost) elements.insert(op.value.as_integer());
      if (crash) out.type = EventType::info;
    } else if (!op.has_key) {  // a read of the set
      std::vector<Value> all;
      for (const std::int64_t element : elements) all.push_back(Value::integer(element));
      out.value = Value::set(std::move(all));
      if (crash) out.type = EventType::fail;
    } else {
      keyed(op, crash, luck("stale"_site, stale_one_in), luck("half"_site, 2), out);
    }
    return out;
  }
  System system() {
    return [this](const Op& op, std::uint64_t n) { return answer(op, n); };
  }
  std::uint64_t crash_one_in = 0;

 private:
  void keyed(const Op& op, bool crash, bool stale, bool without_effect, Answer& out) {
    Value& current = registers[op.key.as_integer()];
    if (op.f == "read") {
      out.value = stale ? before[op.key.as_integer()] : current;
      if (crash) out.type = EventType::fail;
      return;
    }
    const bool cas = op.f == "cas";
    const bool matches = !cas || current == op.value.items()[0];
    if (crash) out.type = EventType::info;
    if (!crash && !matches) out.type = EventType::fail;
    if (!matches || (crash && without_effect)) return;
    before[op.key.as_integer()] = current;
    current = cas ? op.value.items()[1] : op.value;
  }
};

}  // namespace tribunal::workloads::testing
