// Random histories of transactions over registers in which no value is written twice, from tiny to
// hundreds of operations: a run in some serial order, seen through intervals around the moments at
// which things happened, with a few flaws that may or may not show.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tests/checker/order_oracle.h"
#include "tests/checker/random_histories.h"

namespace tribunal::checker::testing_support {

struct UniqueShape {
  std::size_t txns = 10;
  std::uint64_t registers = 2;
  std::uint64_t micros = 3;  // at most, of a transaction
  bool single = false;       // one micro-operation each: plain reads and writes
  std::uint64_t flaws = 1;   // at most
  bool scrambled = false;    // many reads see anything
};

class UniqueGenerator {
 public:
  UniqueGenerator(std::uint64_t seed, UniqueShape shape) : dice_(seed), shape_(shape) {
    writes_ = 15 + dice_.below(60);
    unknown_ = dice_.chance(60) ? 0 : 5 + dice_.below(15);
    unrecorded_ = dice_.chance(70) ? 0 : 10;
    spread_ = 1 + dice_.below(dice_.chance(50) ? 12 : 60);
    scrambled_ = shape.scrambled ? 30 + dice_.below(70) : 0;
    initial_ = dice_.chance(50) ? Value{} : Value::integer(0);
    for (std::size_t t = 0; t < shape.txns; ++t) ask(t);
    for (std::uint64_t n = dice_.below(shape.flaws + 1); n > 0; --n) plant_flaw();
    run();
    set_times();
  }

  const std::vector<Txn>& txns() const { return txns_; }
  Registers initial() const {
    Registers initial;
    for (std::uint64_t r = 0; r < shape_.registers; ++r) initial[reg(r)] = initial_;
    return initial;
  }
  Options options() const {
    Options options;
    options.model = shape_.single ? "register" : "multi-register";
    if (shape_.single && !initial_.is_nil()) options.initial = initial_;
    if (!shape_.single && !initial_.is_nil()) {
      std::vector<Value> given;
      for (std::uint64_t r = 0; r < shape_.registers; ++r) {
        given.push_back(name(r));
        given.push_back(initial_);
      }
      options.initial = Value::map(given);
    }
    options.nil_read = unrecorded_ > 0 ? NilRead::any : NilRead::value;
    return options;
  }

  // The same as a recorded history; every transaction has a process of its own.
  history::History history() const {
    std::vector<std::pair<std::uint32_t, RawEvent>> timed;
    for (std::size_t t = 0; t < txns_.size(); ++t) {
      RawEvent event = event_of(txns_[t]);
      event.process = static_cast<int>(t);
      timed.push_back({txns_[t].call, event});
      if (!txns_[t].must_happen) continue;
      event.type = EventType::ok;
      event.value = answer_of(txns_[t]);
      timed.push_back({txns_[t].ret, event});
    }
    std::sort(timed.begin(), timed.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<RawEvent> events;
    for (const auto& [unused, event] : timed) events.push_back(event);
    return build(events);
  }

 private:
  enum class Flaw { none, snapshot, lost, moved, answer };

  // What happens when: transaction t takes effect at moment t, and reads what was there `behind`
  // moments earlier.
  struct Fate {
    Flaw flaw = Flaw::none;
    std::size_t behind = 0;
    std::int64_t call = 0;
    std::int64_t ret = 0;
  };

  static Value name(std::uint64_t r) { return Value::keyword("r" + std::to_string(r)); }
  Value reg(std::uint64_t r) const {
    return shape_.single ? Value::pair(Value::integer(static_cast<std::int64_t>(r)), {})
                         : Value::pair(Value::integer(0), name(r));
  }

  void ask(std::size_t) {
    Txn txn;
    txn.must_happen = !dice_.chance(unknown_);
    for (std::uint64_t n = shape_.single ? 1 : 1 + dice_.below(shape_.micros); n > 0; --n) {
      const Value at = reg(dice_.below(shape_.registers));
      const bool write = dice_.chance(writes_);
      txn.micros.push_back({write, at, {}});
      if (write) txn.micros.back().value = Value::integer(++written_);
    }
    txns_.push_back(std::move(txn));
    fates_.emplace_back();
  }

  void plant_flaw() {
    Fate& fate = fates_[dice_.below(fates_.size())];
    fate.flaw = static_cast<Flaw>(1 + dice_.below(4));
    fate.behind = 1 + dice_.below(dice_.chance(70) ? 4 : 30);
  }

  // Carries the transactions out in order of their numbers; every state is kept.
  void run() {
    std::vector<Registers> states{initial()};
    for (std::size_t t = 0; t < txns_.size(); ++t) {
      Txn& txn = txns_[t];
      const Fate& fate = fates_[t];
      const bool old = fate.flaw == Flaw::snapshot;
      Registers seen = states[old && fate.behind <= t ? t - fate.behind : t];
      Registers after = states[t];
      const bool happens = fate.flaw != Flaw::lost && (txn.must_happen || dice_.chance(50));
      for (Micro& micro : txn.micros) {
        if (micro.write) {
          seen[micro.reg] = *micro.value;
          if (happens) after[micro.reg] = *micro.value;
        } else if (txn.must_happen && !dice_.chance(unrecorded_)) {
          micro.value = seen[micro.reg];
          if (fate.flaw == Flaw::answer || dice_.chance(scrambled_)) {
            micro.value = any_value(micro.reg);
          }
          if (micro.value->is_nil() && unrecorded_ > 0) micro.value.reset();
        }
      }
      states.push_back(std::move(after));
    }
  }

  // Something that is written to the register at some time.
  Value any_value(const Value& at) {
    std::vector<Value> written{initial_};
    for (const Txn& txn : txns_) {
      for (const Micro& micro : txn.micros) {
        if (micro.write && micro.reg == at) written.push_back(*micro.value);
      }
    }
    return written[dice_.below(written.size())];
  }

  // Intervals around the moments, and then times without gaps or ties.
  void set_times() {
    std::vector<std::pair<std::int64_t, std::uint32_t*>> times;
    for (std::size_t t = 0; t < txns_.size(); ++t) {
      std::int64_t moment = static_cast<std::int64_t>(t) * 10;
      if (fates_[t].flaw == Flaw::moved) {
        const auto by = static_cast<std::int64_t>(fates_[t].behind * 10);
        moment += dice_.chance(50) ? by : -by;
      }
      const auto noise = [&] { return static_cast<std::int64_t>(dice_.below(spread_ + 1)); };
      times.push_back({2 * (moment - noise()), &txns_[t].call});
      if (txns_[t].must_happen) times.push_back({2 * (moment + noise()) + 1, &txns_[t].ret});
    }
    std::stable_sort(times.begin(), times.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (std::size_t i = 0; i < times.size(); ++i) {
      *times[i].second = static_cast<std::uint32_t>(i);
    }
  }

  RawEvent event_of(const Txn& txn) const {
    RawEvent event;
    if (shape_.single) {
      const Micro& micro = txn.micros[0];
      event.f = micro.write ? "write" : "read";
      if (micro.write) event.value = *micro.value;
      event.key = static_cast<int>(micro.reg.items()[0].as_integer());
      return event;
    }
    event.f = "txn";
    event.value = micros_of(txn, false);
    return event;
  }
  Value answer_of(const Txn& txn) const {
    return shape_.single ? txn.micros[0].value.value_or(Value{}) : micros_of(txn, true);
  }
  static Value micros_of(const Txn& txn, bool answered) {
    std::vector<Value> micros;
    for (const Micro& micro : txn.micros) {
      const bool told = (micro.write || answered) && micro.value.has_value();
      micros.push_back(Value::vector({Value::keyword(micro.write ? "write" : "read"),
                                      micro.reg.items()[1], told ? *micro.value : Value{}}));
    }
    return Value::vector(micros);
  }

  Dice dice_;
  UniqueShape shape_;
  std::uint64_t writes_ = 50, unknown_ = 0, unrecorded_ = 0, scrambled_ = 0;  // percent
  std::uint64_t spread_ = 10;  // how far an interval reaches to either side; 10: to the next moment
  Value initial_;
  std::int64_t written_ = 0;
  std::vector<Txn> txns_;
  std::vector<Fate> fates_;
};

}  // namespace tribunal::checker::testing_support
