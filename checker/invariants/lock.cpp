#include "checker/invariants/lock.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "checker/invariants/findings.h"
#include "checker/invariants/set_analysis.h"

namespace tribunal::checker::invariants {
namespace {

using history::Value;

struct Hold {
  std::uint32_t acquire = no_event;  // invocation
  std::uint32_t begin = no_event;    // completion of the acquire
  std::uint32_t end = no_event;      // invocation of the release, or of the last operation
  std::int32_t process = 0;
};

// The last event of each process, on whatever key.
std::map<std::int32_t, std::uint32_t> last_events(const History& history) {
  std::map<std::int32_t, std::uint32_t> last;
  for (std::uint32_t i = 0; i < history.size(); ++i) {
    if (history.process(i) != history::Process::nemesis)
      last[history::index(history.process(i))] = i;
  }
  return last;
}

std::vector<Hold> holds(const History& history, const KeyOperations& key) {
  const auto last = last_events(history);
  std::vector<Hold> done;
  std::map<std::int32_t, Hold> held;  // by process
  for (const Operation& operation : key.operations) {
    const std::int32_t process = history::index(operation.process);
    const auto open = held.find(process);
    if (open != held.end()) {  // a release, or another acquire: it no longer believes in this one
      open->second.end = operation.invocation;
      done.push_back(open->second);
      held.erase(open);
    }
    if (is(history, operation, "acquire") && operation.outcome == EventType::ok) {
      held[process] = {operation.invocation, operation.completion, no_event, process};
    }
  }
  for (auto& [process, hold] : held) {
    hold.end = last.at(process);
    done.push_back(hold);
  }
  std::sort(done.begin(), done.end(),
            [](const Hold& a, const Hold& b) { return a.begin < b.begin; });
  return done;
}

// What a write under the lock adds: n of `add n` and of `add [n token]`.
Value element_of(const Value& value) {
  return value.is_sequence() && value.items().size() == 2 ? value.items()[0] : value;
}

struct Write {
  Operation operation;
  std::int64_t token = 0;
};

// The writes of holders with the token that each had got last, by invocation.
std::vector<Write> writes_under_tokens(const History& history, const KeyOperations& key) {
  std::vector<Write> writes;
  std::map<std::int32_t, std::int64_t> tokens;  // by process
  for (const Operation& operation : key.operations) {
    const std::int32_t process = history::index(operation.process);
    if (is(history, operation, "acquire")) {
      const Value token = history.value(operation.returned);
      if (operation.outcome == EventType::ok && token.is_integer())
        tokens[process] = token.as_integer();
    } else if (is(history, operation, "add") || is(history, operation, "write")) {
      const auto found = tokens.find(process);
      if (found != tokens.end()) writes.push_back({operation, found->second});
    }
  }
  return writes;
}

void judge_tokens(const History& history, const KeyOperations& key, Findings& findings) {
  std::vector<Operation> by_end;
  for (const Operation& operation : key.operations) {
    const bool acquired = is(history, operation, "acquire") && operation.outcome == EventType::ok &&
                          history.value(operation.returned).is_integer();
    if (acquired) by_end.push_back(operation);
  }
  const auto token = [&](const Operation& operation) {
    return history.value(operation.returned).as_integer();
  };
  const std::vector<Operation> by_begin = by_end;
  std::sort(by_end.begin(), by_end.end(),
            [](const Operation& a, const Operation& b) { return a.completion < b.completion; });
  std::size_t ended = 0;
  const Operation* greatest = nullptr;
  for (const Operation& later : by_begin) {
    for (; ended < by_end.size() && by_end[ended].completion < later.invocation; ++ended) {
      if (greatest == nullptr || token(by_end[ended]) > token(*greatest)) greatest = &by_end[ended];
    }
    if (greatest == nullptr || token(*greatest) < token(later)) continue;
    findings.add("token not increasing", key, {greatest->invocation, later.invocation},
                 fmt::format("{} had got the lock with token {} before {} asked for it and got "
                             "token {}. A later holder needs a greater token.",
                             who(*greatest), token(*greatest), who(later), token(later)));
  }
}

// Elements that some read shows.
std::set<Value> shown(const History& history, const KeyOperations& key) {
  std::set<Value> elements;
  for (const Operation& operation : key.operations) {
    if (!is(history, operation, "read") || operation.outcome != EventType::ok) continue;
    const Value value = history.value(operation.returned);
    if (!value.is_collection()) continue;
    for (const Value& item : value.items()) elements.insert(item);
  }
  return elements;
}

void judge_deposed_writes(const History& history, const KeyOperations& key, Findings& findings) {
  const std::vector<Write> writes = writes_under_tokens(history, key);
  const std::set<Value> seen = shown(history, key);
  const auto accepted = [&](const Operation& write) {
    if (write.outcome == EventType::ok) return true;
    return is(history, write, "add") && seen.count(element_of(history.value(write.invoked))) != 0;
  };
  std::vector<const Write*> by_end;
  for (const Write& write : writes) {
    if (write.operation.outcome == EventType::ok) by_end.push_back(&write);
  }
  std::sort(by_end.begin(), by_end.end(), [](const Write* a, const Write* b) {
    return a->operation.completion < b->operation.completion;
  });
  std::size_t ended = 0;
  const Write* newest = nullptr;
  for (const Write& write : writes) {
    for (;
         ended < by_end.size() && by_end[ended]->operation.completion < write.operation.invocation;
         ++ended) {
      if (newest == nullptr || by_end[ended]->token > newest->token) newest = by_end[ended];
    }
    if (newest == nullptr || newest->token <= write.token || !accepted(write.operation)) continue;
    findings.add(
        "deposed write", key, {newest->operation.invocation, write.operation.invocation},
        fmt::format("The write of {} by {}, who held the lock under token {}, was accepted after "
                    "the write of {} by {} under token {} had been acknowledged.",
                    element_of(history.value(write.operation.invoked)).show(), who(write.operation),
                    write.token, element_of(history.value(newest->operation.invoked)).show(),
                    who(newest->operation), newest->token));
  }
}

// The same events at the same positions, but adds have lost their tokens: what check_set reads.
History without_tokens(const History& history) {
  History plain;
  for (std::uint32_t i = 0; i < history.size(); ++i) {
    history::Event event = history.event(i);
    const std::string& f = history.name(event.f);
    const Value value = history.value(event.value);
    event.value = plain.intern(f == "add" ? element_of(value) : value);
    event.f = plain.symbol(f);
    if (event.has_key) event.key = plain.intern(history.value(event.key));
    event.error = {};
    const auto appended = plain.append(event);
    if (!appended) break;  // cannot be: the same events were appended before
  }
  return plain;
}

void judge_register(const History& history, const KeyOperations& key, Findings& findings) {
  std::map<Value, Operation> first;  // acknowledged write of each value
  for (const Operation& operation : key.operations) {
    if (!is(history, operation, "write") || operation.outcome != EventType::ok) continue;
    const Value value = history.value(operation.invoked);
    const auto [place, fresh] = first.try_emplace(value, operation);
    if (fresh) continue;
    const Operation& other = place->second;
    findings.add("lost update", key, {other.invocation, operation.invocation},
                 fmt::format("{} and {} both wrote {} and were both acknowledged: they had read "
                             "the same value and added one to it, so one of the two updates is "
                             "lost.",
                             who(other), who(operation), value.show()));
  }
}

}  // namespace

Check check_mutual_exclusion(const History& history) {
  Check check;
  Findings findings(check, "mutual-exclusion", "intervals");
  std::size_t acquired = 0;
  for (const KeyOperations& key : operations_by_key(history, {"acquire", "release"})) {
    check.operations += key.operations.size();
    const std::vector<Hold> all = holds(history, key);
    acquired += all.size();
    const Hold* longest = nullptr;  // of those that began before: the one that ends last
    for (const Hold& hold : all) {
      if (longest != nullptr && longest->end > hold.begin && longest->process != hold.process) {
        const bool invoked = history.type(longest->end) == EventType::invoke;
        const std::uint32_t use = invoked ? longest->end : history.partner(longest->end);
        findings.add("two holders", key, {longest->acquire, hold.acquire, use},
                     fmt::format("Process {} was given the lock while process {} held it: that one "
                                 "had been given it before, and went on to use it afterwards.",
                                 hold.process, longest->process));
      }
      if (longest == nullptr || hold.end > longest->end) longest = &hold;
    }
  }
  check.steps = check.operations;
  findings.conclude(acquired == 0 ? "nobody ever got the lock" : "");
  return check;
}

Check check_fencing(const History& history) {
  Check check;
  Findings findings(check, "fencing", "tokens");
  std::size_t acquired = 0;
  for (const KeyOperations& key :
       operations_by_key(history, {"acquire", "release", "add", "write", "read"})) {
    check.operations += key.operations.size();
    acquired += holds(history, key).size();
    judge_tokens(history, key, findings);
    judge_deposed_writes(history, key, findings);
  }
  check.steps = check.operations;
  findings.conclude(acquired == 0 ? "nobody ever got the lock" : "");
  return check;
}

Check check_protected(const History& history) {
  if (history.find_symbol("add")) {
    Check check = check_set(without_tokens(history));
    check.name = "protected";
    check.model = "protected";
    check.verdicts.clear();
    return check;
  }
  Check check;
  Findings findings(check, "protected", "read-modify-write");
  for (const KeyOperations& key : operations_by_key(history, {"write"})) {
    check.operations += key.operations.size();
    judge_register(history, key, findings);
  }
  check.steps = check.operations;
  findings.conclude(check.operations == 0 ? "nothing was written under the lock" : "");
  return check;
}

}  // namespace tribunal::checker::invariants
