// Small random histories of an object, mostly honest, and a search through every order of them:
// what the checkers of invariants are held against.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "base/choices.h"
#include "tests/workloads/recording.h"

namespace tribunal::workloads::testing {

inline std::string text(const history::History& history) {
  std::string out;
  for (std::uint32_t i = 0; i < history.size(); ++i) out += history.show(i) + "\n";
  return out;
}

// A sequential object: what an operation returns, and what it does to the state.
struct Object {
  using State = std::vector<std::int64_t>;
  // The operations that clients may ask for, drawn anew for each.
  std::function<std::pair<std::string, Value>(Choices&, std::int64_t ordinal)> ask;
  std::function<Value(State&, const std::string& f, const Value& asked)> apply;
  std::function<Value(Choices&, const std::string& f, const Value& asked)> lie;
};

struct Dishonesty {
  std::uint64_t lie_one_in = 0;
  std::uint64_t crash_one_in = 8;
  std::uint64_t operations = 7;
};

// Operations of up to three clients at a time. Each takes effect at its invocation or at its
// completion; one without an answer perhaps not at all.
inline history::History random_history(const Object& object, std::uint64_t seed,
                                       const Dishonesty& how) {
  struct Open {
    Line line;
    Value result;
    bool done = false;
  };
  Choices choices(seed, 11);
  Object::State state;
  std::vector<Line> lines;
  std::vector<Open> open;
  std::int64_t asked = 0;
  const auto push = [&](Line line) {
    line.time = nanoseconds(static_cast<std::int64_t>(lines.size()));
    lines.push_back(std::move(line));
  };
  const auto most = static_cast<std::int64_t>(how.operations);
  while (asked < most || !open.empty()) {
    const bool begin = asked < most && open.size() < 3 && choices.below("begin"_site, 2) == 0;
    if (begin || (open.empty() && asked < most)) {
      Open made;
      made.line.process = Process{static_cast<std::int32_t>(asked)};
      std::tie(made.line.f, made.line.value) = object.ask(choices, asked++);
      if (choices.below("early"_site, 2) == 0) {
        made.result = object.apply(state, made.line.f, made.line.value);
        made.done = true;
      }
      push(made.line);
      open.push_back(made);
      continue;
    }
    const std::size_t at = choices.below("which"_site, open.size());
    Open it = open[at];
    open.erase(open.begin() + static_cast<std::ptrdiff_t>(at));
    const bool crash = how.crash_one_in != 0 && choices.below("crash"_site, how.crash_one_in) == 0;
    const bool lie = how.lie_one_in != 0 && choices.below("lie"_site, how.lie_one_in) == 0;
    Line line = it.line;
    if (crash) {
      line.type = EventType::info;
    } else {
      if (!it.done) it.result = object.apply(state, line.f, line.value);
      line.type = EventType::ok;
      line.value = lie ? object.lie(choices, line.f, line.value) : it.result;
    }
    push(line);
  }
  return to_history(lines);
}

// Does some order of the operations explain every answer? Unknown ones may be left out.
class Orders {
 public:
  Orders(const history::History& history, const Object& object)
      : history_(history), object_(object) {
    for (const history::Operation& operation : history.operations()) {
      if (operation.outcome != EventType::fail) operations_.push_back(operation);
    }
  }
  bool exist() { return search({}, std::vector<bool>(operations_.size())); }

 private:
  bool search(const Object::State& state, std::vector<bool> done) {
    std::uint32_t deadline = history::no_event;  // nothing that begins later can come next
    bool all = true;
    for (std::size_t i = 0; i < operations_.size(); ++i) {
      if (done[i] || operations_[i].outcome != EventType::ok) continue;
      all = false;
      deadline = std::min(deadline, operations_[i].completion);
    }
    if (all) return true;
    for (std::size_t i = 0; i < operations_.size(); ++i) {
      const history::Operation& next = operations_[i];
      if (done[i] || next.invocation > deadline) continue;
      Object::State after = state;
      const Value result =
          object_.apply(after, history_.name(next.f), history_.value(next.invoked));
      if (next.outcome == EventType::ok && !(result == history_.value(next.returned))) continue;
      done[i] = true;
      if (search(after, done)) return true;
      done[i] = false;
    }
    return false;
  }

  const history::History& history_;
  const Object& object_;
  std::vector<history::Operation> operations_;
};

}  // namespace tribunal::workloads::testing
