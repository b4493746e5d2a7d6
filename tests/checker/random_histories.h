// Small random histories for every model: a simulated atomic object with a few clients, whose
// operations are acknowledged, lost, refused or left open, and then, about half the time, tampered
// with.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "base/hash.h"
#include "checker/check.h"
#include "history/history.h"

namespace tribunal::checker::testing_support {

using history::EventType;
using history::Value;

// A stream of numbers that is the same everywhere.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(mix64(seed)) {}
  std::uint64_t below(std::uint64_t bound) {
    state_ += 0x9e3779b97f4a7c15ULL;
    return (mix64(state_) >> 11) % bound;
  }
  bool chance(std::uint64_t percent) { return below(100) < percent; }

 private:
  std::uint64_t state_;
};

struct RawEvent {
  int process = 0;
  EventType type = EventType::invoke;
  std::string f;
  Value value;
  int key = -1;
};

inline history::History build(const std::vector<RawEvent>& events) {
  history::History history;
  for (const RawEvent& raw : events) {
    history::Event event;
    event.process = static_cast<history::Process>(raw.process);
    event.type = raw.type;
    event.f = history.symbol(raw.f);
    event.value = history.intern(raw.value);
    event.has_key = raw.key >= 0;
    if (event.has_key) event.key = history.intern(Value::integer(raw.key));
    if (!history.append(event).ok()) std::abort();  // the generator keeps to the rules
  }
  return history;
}

// What the simulated object is, and what is asked of it.
class Generator {
 public:
  Generator(std::string model, std::uint64_t seed) : model_(std::move(model)), dice_(seed) {
    values_ = dice_.chance(10) ? 1 : 2 + dice_.below(3);
    unique_ = dice_.chance(30);
    keys_ = model_ != "multi-register" && dice_.chance(20) ? 2 : 0;
    options_.model = model_;
    unknown_ = dice_.chance(20) ? 50 : 15;
    faulty_ = dice_.chance(80);
    if (dice_.chance(50)) options_.failed_cas = FailedCas::observe;
    if (dice_.chance(30)) options_.nil_read = NilRead::any;
    if (dice_.chance(50)) options_.initial = initial();
  }

  const Options& options() const { return options_; }

  history::History history(std::size_t max_operations) {
    const std::size_t operations =
        max_operations - dice_.below(dice_.below(max_operations - 1) + 1);
    const std::size_t clients = 1 + dice_.below(4);
    simulate(operations, clients);
    if (dice_.chance(65)) {
      for (std::uint64_t n = 1 + dice_.below(5); n > 0; --n) tamper();
    }
    return build(events_);
  }

 private:
  struct Client {
    int process = 0;
    bool busy = false;
    bool done = false;  // has taken effect
    RawEvent asked;
    Value answer;
    EventType outcome = EventType::ok;
  };

  Value initial() {
    if (model_ == "kv") return dice_.chance(30) ? Value{} : Value::string(letters(1));
    if (model_ == "set") return Value::set({Value::integer(0)});
    if (model_ == "multi-register") {
      return Value::map({Value::keyword("x"), Value::integer(0), Value::keyword("y"), Value{}});
    }
    if (model_ == "mutex") return {};
    return Value::integer(0);
  }

  std::string letters(std::size_t n) {
    std::string text;
    for (std::size_t i = 0; i < n; ++i) text += static_cast<char>('a' + dice_.below(values_));
    return text;
  }

  Value some_value() {
    if (unique_) return Value::integer(++next_value_);
    return dice_.chance(8) ? Value{} : Value::integer(static_cast<int>(dice_.below(values_)));
  }

  RawEvent ask() {
    RawEvent event;
    if (keys_ > 0) event.key = static_cast<int>(dice_.below(static_cast<std::uint64_t>(keys_)));
    const std::uint64_t pick = dice_.below(100);
    if (model_ == "kv") {
      event.f = pick < 40 ? "get" : pick < 60 ? "put" : "append";
      if (pick >= 40) event.value = Value::string(letters(dice_.below(3)));
    } else if (model_ == "set") {
      event.f = pick < 45 ? "read" : "add";
      if (pick >= 45) event.value = some_value();
    } else if (model_ == "mutex") {
      event.f = pick < 50 ? "acquire" : "release";
    } else if (model_ == "multi-register") {
      event.f = "txn";
      event.value = ask_txn();
    } else if (pick < (model_ == "register" ? 60U : 45U)) {
      event.f = "read";
      if (dice_.chance(10)) event.value = some_value();  // says nothing
    } else if (pick < 70 || model_ == "register") {
      event.f = "write";
      event.value = some_value();
    } else {
      event.f = "cas";
      const Value old =
          unique_ ? Value::integer(static_cast<int>(dice_.below(next_value_ + 1))) : some_value();
      const Value fresh = some_value();
      event.value = Value::pair(old, fresh);
    }
    return event;
  }

  Value ask_txn() {
    std::vector<Value> micros;
    for (std::uint64_t n = dice_.below(4); n > 0; --n) {
      const Value reg = Value::keyword(dice_.chance(50) ? "x" : "y");
      if (dice_.chance(65)) {
        micros.push_back(Value::vector({Value::keyword("read"), reg, Value{}}));
      } else {
        const Value value = some_value();
        micros.push_back(Value::vector({Value::keyword("write"), reg, value}));
      }
    }
    return Value::vector(micros);
  }

  // The state of one key: a value, a set (as a value), or a map from register to value.
  Value& state(int key) {
    const auto [place, fresh] = states_.try_emplace(key);
    if (fresh) {
      place->second = options_.initial.value_or(model_ == "kv"    ? Value::string("")
                                                : model_ == "set" ? Value::set({})
                                                                  : Value{});
    }
    return place->second;
  }

  // Lets an operation take effect. False: it is refused (a cas that does not match, a lock that is
  // held).
  bool effect(const RawEvent& asked, Value& answer) {
    Value& now = state(asked.key);
    Value& past = past_[asked.key];
    const bool wrong = faulty_ && dice_.chance(model_ == "mutex" ? 30 : 60);
    answer = asked.value;
    if (asked.f == "read" || asked.f == "get") answer = wrong && !past.is_nil() ? past : now;
    past = now;
    if (wrong && asked.f != "txn")
      return asked.f != "read" && asked.f != "get" ? dice_.chance(80) : true;
    if (asked.f == "write" || asked.f == "put") now = asked.value;
    if (asked.f == "append") {
      now = Value::string((now.is_nil() ? "" : now.text()) + asked.value.text());
    }
    if (asked.f == "add") {
      std::vector<Value> items = now.items();
      items.push_back(asked.value);
      now = Value::set(items);
    }
    if (asked.f == "cas") {
      if (!(now == asked.value.items()[0])) return false;
      now = asked.value.items()[1];
    }
    if (asked.f == "acquire" || asked.f == "release") {
      const Value needed = asked.f == "acquire" ? Value{} : Value::integer(1);
      if (!(now == needed)) return false;
      now = asked.f == "acquire" ? Value::integer(1) : Value{};
    }
    if (asked.f == "txn") answer = effect_txn(asked.value);
    return true;
  }

  Value effect_txn(const Value& asked) {
    std::vector<Value> answers;
    for (const Value& micro : asked.items()) {
      const Value reg = micro.items()[1];
      const auto [place, fresh] = registers_.try_emplace(reg);
      if (fresh && reg == Value::keyword("x") && options_.initial.has_value()) {
        place->second = Value::integer(0);
      }
      const bool wrong = faulty_ && dice_.chance(35);
      const bool write = micro.items()[0].text() == "write";
      answers.push_back(Value::vector({micro.items()[0], reg,
                                       write   ? micro.items()[2]
                                       : wrong ? Value{}
                                               : place->second}));
      if (write && !wrong) place->second = micro.items()[2];
    }
    return Value::vector(answers);
  }

  void simulate(std::size_t operations, std::size_t count) {
    std::vector<Client> clients(count);
    for (std::size_t i = 0; i < count; ++i) clients[i].process = static_cast<int>(i);
    std::size_t busy = 0;
    while (operations > 0 || busy > 0) {
      Client& client = clients[dice_.below(count)];
      if (!client.busy) {
        if (operations == 0) continue;
        --operations;
        ++busy;
        client.busy = true;
        client.done = false;
        client.asked = ask();
        client.asked.process = client.process;
        events_.push_back(client.asked);
      } else if (!client.done) {
        client.done = true;
        const std::uint64_t fate = dice_.below(100);
        client.outcome = fate < 90 - unknown_ ? EventType::ok
                         : fate < 90          ? EventType::info
                                              : EventType::fail;
        const bool happens = fate < 90 - unknown_ * 2 / 5;  // an info may or may not
        if (happens && !effect(client.asked, client.answer)) client.outcome = EventType::fail;
      } else {
        client.busy = false;
        --busy;
        complete(client, static_cast<int>(count));
      }
    }
  }

  void complete(Client& client, int count) {
    RawEvent event = client.asked;
    event.type = client.outcome;
    if (event.type == EventType::ok) event.value = client.answer;
    if (event.type == EventType::ok && dice_.chance(5) && event.f == "write") {
      event.value =
          Value::keyword("done");  // what an acknowledgement of a write carries says nothing
    }
    if (event.type == EventType::info) {
      client.process += count;
      if (dice_.chance(30)) return;  // never completes
      if (dice_.chance(30)) event.value = Value::keyword("timed-out");
    }
    events_.push_back(event);
  }

  void tamper() {
    if (events_.empty()) return;
    RawEvent& event = events_[dice_.below(events_.size())];
    switch (dice_.below(4)) {
      case 0:
      case 1:
        return tamper_with_answer(event);
      case 2:
        return exchange_neighbours();
      default:
        if (event.type == EventType::ok && event.f != "read" && event.f != "get") {
          event.type = EventType::fail;
        } else if (event.type == EventType::fail && event.f != "read" && event.f != "get" &&
                   event.f != "txn") {
          event.type = EventType::ok;
        }
    }
  }

  void tamper_with_answer(RawEvent& event) {
    if (event.type != EventType::ok) return;
    if (event.f == "read" && model_ == "set") {
      std::vector<Value> items = event.value.items();
      if (!items.empty() && dice_.chance(50)) {
        items.erase(items.begin() + static_cast<std::ptrdiff_t>(dice_.below(items.size())));
      } else {
        items.push_back(Value::integer(static_cast<int>(dice_.below(values_))));
      }
      event.value = dice_.chance(50) ? Value::vector(items) : Value::set(items);
    } else if (event.f == "read") {
      event.value = other_value();
    } else if (event.f == "get") {
      event.value = Value::string(letters(dice_.below(4)));
    } else if (event.f == "txn") {
      std::vector<Value> micros = event.value.items();
      if (micros.empty()) return;
      Value& micro = micros[dice_.below(micros.size())];
      micro = Value::vector({micro.items()[0], micro.items()[1], other_value()});
      event.value = Value::vector(micros);
    }
  }

  Value other_value() {
    return dice_.chance(10) ? Value{}
                            : Value::integer(static_cast<int>(
                                  dice_.below(unique_ ? next_value_ + 2 : values_ + 1)));
  }

  void exchange_neighbours() {
    if (events_.size() < 2) return;
    const std::size_t at = dice_.below(events_.size() - 1);
    if (events_[at].process != events_[at + 1].process) std::swap(events_[at], events_[at + 1]);
  }

  std::string model_;
  Dice dice_;
  Options options_;
  std::uint64_t values_ = 2;
  std::uint64_t unknown_ = 15;  // percent of outcomes
  bool unique_ = false;
  bool faulty_ = false;  // the object returns old values and loses effects
  int keys_ = 0;
  int next_value_ = 0;
  std::map<int, Value> states_;
  std::map<int, Value> past_;  // one step back
  std::map<Value, Value> registers_;
  std::vector<RawEvent> events_;
};

}  // namespace tribunal::checker::testing_support
