// Writes the core of an anomaly as a history of its own (docs/proofs.md, "Excerpts").
#include <algorithm>
#include <map>
#include <optional>

#include "checker/linearizability/excerpt.h"
#include "checker/linearizability/key_history.h"
#include "checker/proof.h"

namespace tribunal::checker {

namespace {

using history::Event;
using history::EventType;
using history::History;
using history::Value;
using linearizability::Excerpts;
using linearizability::KeyHistory;
using linearizability::Op;

// What becomes of one operation of the core.
struct Part {
  std::optional<std::int32_t> producers;  // for its completion
  bool txn = false;
  std::vector<std::size_t> dropped;  // micro-operations that are left out, ascending
};

class CoreWriter {
 public:
  CoreWriter(const History& whole, const Options& options) : whole_(whole), options_(options) {}

  History write(const KeyHistory& key, const std::vector<std::uint32_t>& core) {
    describe(key, core);
    std::vector<std::uint32_t> events;
    for (const std::uint32_t call : core) {
      events.push_back(call);
      if (whole_.partner(call) != history::no_event) events.push_back(whole_.partner(call));
    }
    std::sort(events.begin(), events.end());
    for (const std::uint32_t event : events) copy(event);
    for (const std::uint32_t call : core) {
      if (whole_.partner(call) == history::no_event && parts_[call].producers.has_value())
        close(call);
    }
    return std::move(out_);
  }

 private:
  void describe(const KeyHistory& key, const std::vector<std::uint32_t>& core) {
    std::vector<std::uint32_t> positions;
    for (std::uint32_t i = 0; i < key.ops.size(); ++i) {
      if (std::binary_search(core.begin(), core.end(), key.ops[i].call)) positions.push_back(i);
    }
    Excerpts excerpts(key);
    const std::vector<std::vector<bool>> standing = excerpts.standing(positions);
    for (std::size_t i = 0; i < positions.size(); ++i) {
      if (standing[i].empty()) continue;
      Part& part = parts_[key.ops[positions[i]].call];
      part.txn = options_.model == "multi-register";
      std::vector<bool> counted(standing[i].size(), true);
      if (part.txn) {
        counted = standing[i];
        part.dropped = dropped_reads(key.ops[positions[i]].call, standing[i]);
      }
      part.producers = static_cast<std::int32_t>(excerpts.required(positions[i], counted));
    }
  }

  // The positions of the external reads that do not stand, in the order in which the model counts
  // them: the first of each register and value, before any write of the register.
  std::vector<std::size_t> dropped_reads(std::uint32_t call,
                                         const std::vector<bool>& stands) const {
    const Value asked = whole_.value(whole_.operation(call).invoked);
    const Value answer = whole_.value(whole_.operation(call).returned);
    std::vector<std::size_t> dropped;
    std::vector<Value> written;
    std::vector<Value> seen;
    for (std::size_t i = 0; i < asked.items().size(); ++i) {
      const std::vector<Value>& micro = answer.items()[i].items();
      if (micro[0].text() == "write") written.push_back(micro[1]);
      if (micro[0].text() == "write" || std::count(written.begin(), written.end(), micro[1]) > 0) {
        continue;
      }
      if (micro[2].is_nil() && options_.nil_read == NilRead::any) continue;
      const Value observation = Value::pair(micro[1], micro[2]);
      auto at = std::find(seen.begin(), seen.end(), observation);
      if (at == seen.end()) at = seen.insert(seen.end(), observation);
      if (!stands[static_cast<std::size_t>(at - seen.begin())]) dropped.push_back(i);
    }
    return dropped;
  }

  void copy(std::uint32_t index) {
    const bool completion = whole_.type(index) != EventType::invoke;
    const Part& part = parts_[completion ? whole_.partner(index) : index];
    Event event = translated(index);
    event.producers = completion && part.producers.has_value() ? *part.producers : -1;
    if (part.txn && !part.dropped.empty()) {
      const Value value = whole_.value(whole_.value_of(index));
      std::vector<Value> kept;
      for (std::size_t i = 0; i < value.items().size(); ++i) {
        const bool drop = std::binary_search(part.dropped.begin(), part.dropped.end(), i);
        if (!drop) kept.push_back(value.items()[i]);
      }
      event.value = out_.intern(Value::vector(kept));
    }
    append(event);
  }

  // An `info` for an operation without completion, to carry the count.
  void close(std::uint32_t call) {
    Event event = translated(call);
    event.type = EventType::info;
    if (event.time != Time::min()) event.time = std::max(event.time, latest_);
    event.producers = *parts_[call].producers;
    append(event);
  }

  Event translated(std::uint32_t index) {
    Event event = whole_.event(index);
    event.f = out_.symbol(whole_.name(event.f));
    event.value = out_.intern(whole_.value(event.value));
    if (event.has_key) event.key = out_.intern(whole_.value(event.key));
    event.error = out_.intern(whole_.value(event.error));
    return event;
  }

  void append(const Event& event) {
    latest_ = std::max(latest_, event.time);
    const Status appended = out_.append(event);
    assert(appended.ok());  // a part of a well-formed history is well-formed
    static_cast<void>(appended);
  }

  const History& whole_;
  const Options& options_;
  History out_;
  std::map<std::uint32_t, Part> parts_;  // by invocation
  Time latest_ = Time::min();
};

}  // namespace

History core_history(const History& history, const Options& options, const Anomaly& anomaly) {
  const Result<Options> resolved = linearizability::resolve(history, options);
  if (!resolved || anomaly.operations.empty()) return History{};
  const auto keys = linearizability::split(history, *resolved);
  if (!keys) return History{};
  for (const KeyHistory& key : *keys) {
    if (key.has_key != anomaly.has_key || (key.has_key && key.key != anomaly.key)) continue;
    return CoreWriter(history, *resolved).write(key, anomaly.operations);
  }
  return History{};
}

}  // namespace tribunal::checker
