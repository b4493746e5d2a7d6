// Histories whose linearization is known: an atomic object is simulated, and the moment at which
// each operation takes effect is a step between its invocation and its completion.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/verify/proof_text.h"
#include "tests/verify/support.h"

namespace tribunal::verify::test {

struct Shape {
  std::uint64_t operations = 20;
  std::uint64_t processes = 4;
  std::uint64_t keys = 1;  // 0: operations carry no key
  std::uint64_t values = 4;
  std::uint64_t lost = 15;  // percent of operations that end in info or never
};

inline const std::vector<std::string>& models() {
  static const std::vector<std::string> all{"register", "cas-register", "multi-register",
                                            "kv",       "set",          "mutex"};
  return all;
}

// "cas-register" as a part of the name of a test.
inline std::string test_name(const testing::TestParamInfo<std::string>& parameter) {
  std::string name = parameter.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

// The state of one atomic object and the rules of its model, in the plainest way.
class Object {
 public:
  Object(std::string model, const Value& initial) : model_(std::move(model)), value_(initial) {
    if (model_ == "mutex") value_ = Value::boolean(false);
    if (model_ == "set" && !initial.is_nil())
      set_.insert(initial.items().begin(), initial.items().end());
    if (model_ == "multi-register" && !initial.is_nil()) {
      for (std::size_t i = 0; i < initial.items().size(); i += 2) {
        map_[initial.items()[i]] = initial.items()[i + 1];
      }
    }
  }

  // Performs the operation and returns what it saw; nothing when it was refused.
  std::optional<Value> perform(const std::string& f, const Value& asked) {
    if (f == "read" && model_ == "set") return Value::vector({set_.begin(), set_.end()});
    if (f == "read" || f == "get") return value_;
    if (f == "add") set_.insert(asked);
    if (f == "write" || f == "put") value_ = asked;
    if (f == "append") value_ = word((value_.is_nil() ? "" : value_.text()) + asked.text());
    if (f == "cas") {
      if (!(value_ == asked.items()[0])) return {};
      value_ = asked.items()[1];
    }
    if (f == "acquire" || f == "release") {
      const Value held = Value::boolean(f == "acquire");
      if (value_ == held) return {};
      value_ = held;
    }
    return f == "txn" ? perform_all(asked) : asked;
  }

 private:
  Value perform_all(const Value& asked) {
    std::vector<Value> out;
    for (const Value& item : asked.items()) {
      const Value& key = item.items()[1];
      const bool writes = item.items()[0] == Value::keyword("write");
      if (writes) map_[key] = item.items()[2];
      const auto at = map_.find(key);
      out.push_back(writes ? item : micro("read", key, at == map_.end() ? Value() : at->second));
    }
    return Value::vector(out);
  }

  std::string model_;
  Value value_;
  std::map<Value, Value> map_;
  std::set<Value> set_;
};

struct Known {
  History history;
  Setting setting;
  std::vector<std::uint32_t> effects;  // invocations in the order in which they took effect
  Json keys;                           // a proof for each key

  std::string proof() const { return sealed(document(history, setting, keys)); }
};

inline Value random_value(Random& random, const Setting& setting, const Shape& shape) {
  const auto i = static_cast<std::int64_t>(random.below(shape.values));
  if (setting.model == "kv") {
    const std::uint64_t length = random.percent(8) ? 0 : 1 + random.below(2);
    return word(std::string(length, static_cast<char>('a' + i)));
  }
  if (i == 0 && !setting.any && random.percent(30)) return Value();
  return number(i);
}

inline std::pair<std::string, Value> random_request(Random& random, const Setting& setting,
                                                    const Shape& shape) {
  const std::string& model = setting.model;
  const std::uint64_t die = random.below(100);
  if (model == "mutex") return {die < 50 ? "acquire" : "release", Value()};
  if (model == "multi-register") {
    std::vector<Value> micros;
    for (std::uint64_t n = random.below(4); micros.size() <= n;) {
      const Value key = Value::keyword(random.percent(50) ? "x" : "y");
      const bool writes = random.percent(50);
      const Value value = writes ? random_value(random, setting, shape) : Value();
      micros.push_back(micro(writes ? "write" : "read", key, value));
    }
    return {"txn", Value::vector(micros)};
  }
  const Value value = random_value(random, setting, shape);
  if (model == "kv")
    return {die < 40 ? "get" : die < 60 ? "put" : "append", die < 40 ? Value() : value};
  if (die < 40) return {"read", Value()};
  if (model == "set") return {"add", value};
  if (model == "register" || die < 70) return {"write", value};
  const Value other = random_value(random, setting, shape);
  return {"cas", Value::pair(value, other)};
}

inline Setting random_setting(Random& random, const std::string& model) {
  Setting setting;
  setting.model = model;
  setting.observe = random.percent(50);
  setting.any = random.percent(30);
  if (random.percent(50)) return setting;
  if (model == "register" || model == "cas-register") setting.initial = number(1);
  if (model == "kv") setting.initial = word("ab");
  if (model == "set") setting.initial = Value::vector({number(1), number(9)});
  if (model == "multi-register") setting.initial = Value::map({Value::keyword("x"), number(1)});
  return setting;
}

class Simulation {
 public:
  Simulation(Random& random, Setting setting, const Shape& shape)
      : random_(random), shape_(shape), threads_(shape.processes) {
    out_.setting = std::move(setting);
    for (std::uint64_t k = 0; k < std::max<std::uint64_t>(1, shape.keys); ++k) {
      keys_.push_back(k % 2 == 0 ? number(static_cast<std::int64_t>(k))
                                 : Value::keyword("k" + std::to_string(k)));
      objects_.emplace_back(out_.setting.model, out_.setting.initial);
    }
    for (std::uint64_t p = 0; p < shape.processes; ++p) threads_[p].process = next_process_++;
  }

  Known run() {
    for (std::uint64_t idle = 0; started_ < shape_.operations || idle < 8 * shape_.processes;
         ++idle) {
      if (started_ < shape_.operations) idle = 0;
      step(threads_[random_.below(threads_.size())]);
      if (random_.percent(3))
        append(out_.history, {-1, EventType::info, "start-partition", Value()});
    }
    prove();
    return std::move(out_);
  }

 private:
  struct Thread {
    std::int32_t process = 0;
    bool busy = false, done = false;
    std::uint32_t invocation = 0;
    std::size_t key = 0;
    std::string f;
    Value asked;
    std::optional<Value> saw;
  };

  std::uint32_t event(const Thread& t, EventType type, const Value& value) {
    return append(out_.history,
                  {t.process, type, t.f, value, shape_.keys == 0 ? nullptr : &keys_[t.key]});
  }

  void step(Thread& t) {
    if (!t.busy) {
      if (started_ == shape_.operations) return;
      ++started_;
      t.busy = true;
      t.done = false;
      t.key = random_.below(keys_.size());
      std::tie(t.f, t.asked) = random_request(random_, out_.setting, shape_);
      t.invocation = event(t, EventType::invoke, t.asked);
    } else if (random_.percent(shape_.lost / 2)) {
      lose(t);
    } else if (!t.done) {
      t.done = true;
      t.saw = objects_[t.key].perform(t.f, t.asked);
      if (!t.saw) refused_.insert(t.invocation);
      out_.effects.push_back(t.invocation);
    } else {
      complete(t);
    }
  }

  // The client hears nothing: info, or no completion at all.
  void lose(Thread& t) {
    if (random_.percent(50)) event(t, EventType::info, word("timed out"));
    t.process = next_process_++;
    t.busy = false;
  }

  void complete(Thread& t) {
    Value saw = t.saw.value_or(t.asked);
    if (out_.setting.any && t.f != "txn" && t.f != "acquire" && random_.percent(10)) saw = Value();
    event(t, t.saw ? EventType::ok : EventType::fail, saw);
    t.busy = false;
  }

  // Whether the operation belongs into a linearization, if it took effect.
  bool counts(const Operation& operation, const std::string& f) const {
    if (operation.outcome == EventType::fail) return f == "cas" && out_.setting.observe;
    if (operation.outcome == EventType::ok) return true;
    if (f == "txn") {
      for (const Value& item : out_.history.value(operation.invoked).items()) {
        if (item.items()[0] == Value::keyword("write")) return true;
      }
      return false;
    }
    return f != "read" && f != "get" && refused_.count(operation.invocation) == 0;
  }

  void prove() {
    std::map<Json, std::size_t> numbers;
    std::vector<std::vector<std::uint32_t>> orders;
    std::vector<Json> names;
    for (const Operation& operation : out_.history.operations()) {
      const Json name = key_name(operation, out_.history);
      if (numbers.try_emplace(name, names.size()).second) {
        names.push_back(name);
        orders.emplace_back();
      }
    }
    for (const std::uint32_t invocation : out_.effects) {
      const Operation operation = out_.history.operation(invocation);
      if (!counts(operation, out_.history.name(operation.f))) continue;
      orders[numbers[key_name(operation, out_.history)]].push_back(invocation);
    }
    out_.keys = Json::array();
    for (std::size_t i = 0; i < names.size(); ++i)
      out_.keys.push_back(valid_key(names[i], orders[i]));
  }

  Random& random_;
  Shape shape_;
  Known out_;
  std::vector<Thread> threads_;
  std::vector<Value> keys_;
  std::vector<Object> objects_;
  std::set<std::uint32_t> refused_;  // did nothing, whether or not the client heard of it
  std::uint64_t started_ = 0;
  std::int32_t next_process_ = 0;
};

inline Known simulate(Random& random, const Setting& setting, const Shape& shape) {
  return Simulation(random, setting, shape).run();
}

}  // namespace tribunal::verify::test
