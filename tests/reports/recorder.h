// Builds small histories by hand: `r.op(3, "write", 1, 10, 12)` is process 3 writing 1 from 10 ms
// to 12 ms. Events are sorted by time when the history is made, so operations may be given in any
// order.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "history/history.h"

namespace tribunal::reports::testing {

using history::EventType;
using history::History;
using history::Value;

struct Recorded {
  double at = 0;  // milliseconds
  std::int32_t process = 0;
  EventType type = EventType::invoke;
  std::string f;
  Value value;
  bool has_key = false;
  Value key;
  std::uint16_t node = history::no_node;
  Value error;
  std::size_t operation = 0;  // number of the operation, counted from 0 in the order of the calls
};

class Recorder {
 public:
  // All operations from here on belong to this key.
  Recorder& key(Value value) {
    key_ = std::move(value);
    has_key_ = true;
    return *this;
  }
  Recorder& node(std::uint16_t node) {
    node_ = node;
    return *this;
  }

  // Returns the number of the operation. `end` < 0: it never completed.
  std::size_t op(std::int32_t process, const std::string& f, Value asked, double start, double end,
                 EventType outcome = EventType::ok, Value returned = {}, Value error = {}) {
    if (returned.is_nil()) returned = asked;
    add(start, process, EventType::invoke, f, std::move(asked), Value());
    if (end >= 0) add(end, process, outcome, f, std::move(returned), std::move(error));
    return operations_++;
  }
  std::size_t write(std::int32_t process, std::int64_t value, double start, double end,
                    EventType outcome = EventType::ok) {
    return op(process, "write", Value::integer(value), start, end, outcome);
  }
  std::size_t read(std::int32_t process, Value value, double start, double end) {
    return op(process, "read", Value(), start, end, EventType::ok, std::move(value));
  }
  void nemesis(const std::string& f, const std::string& detail, double at) {
    Recorded event;
    event.at = at;
    event.process = -1;
    event.type = EventType::info;
    event.f = f;
    if (!detail.empty()) event.value = Value::string(detail);
    events_.push_back(std::move(event));
  }

  History history() {
    std::stable_sort(events_.begin(), events_.end(),
                     [](const Recorded& a, const Recorded& b) { return a.at < b.at; });
    History history;
    for (const Recorded& recorded : events_) append(history, recorded);
    return history;
  }

  // After history(): the invocation event of an operation.
  std::uint32_t id(std::size_t operation) const { return invocations_.at(operation); }
  std::vector<std::uint32_t> ids(const std::vector<std::size_t>& operations) const {
    std::vector<std::uint32_t> out;
    for (std::size_t operation : operations) out.push_back(id(operation));
    std::sort(out.begin(), out.end());
    return out;
  }

  bool timed = true;

 private:
  void add(double at, std::int32_t process, EventType type, const std::string& f, Value value,
           Value error) {
    Recorded event;
    event.at = at;
    event.process = process;
    event.type = type;
    event.f = f;
    event.value = std::move(value);
    event.has_key = has_key_;
    event.key = key_;
    event.node = node_;
    event.error = std::move(error);
    event.operation = operations_;
    events_.push_back(std::move(event));
  }

  void append(History& history, const Recorded& recorded) {
    history::Event event;
    if (timed) event.time = Time{static_cast<std::int64_t>(recorded.at * 1e6)};
    event.process = history::Process{recorded.process};
    event.type = recorded.type;
    event.f = history.symbol(recorded.f);
    event.value = history.intern(recorded.value);
    event.has_key = recorded.has_key;
    event.key = history.intern(recorded.key);
    event.node = recorded.node;
    event.error = history.intern(recorded.error);
    const auto index = static_cast<std::uint32_t>(history.size());
    const Status status = history.append(event);
    if (!status.ok()) {
      std::fprintf(stderr, "%s\n", status.error().message.c_str());
      std::abort();
    }
    const bool client = recorded.process >= 0;
    if (client && recorded.type == EventType::invoke) invocations_[recorded.operation] = index;
  }

  std::vector<Recorded> events_;
  std::map<std::size_t, std::uint32_t> invocations_;
  std::size_t operations_ = 0;
  bool has_key_ = false;
  Value key_;
  std::uint16_t node_ = history::no_node;
};

}  // namespace tribunal::reports::testing
