// See observed.h.
#include "checker/session/observed.h"

#include <algorithm>
#include <unordered_map>

#include "checker/linearizability/decoding.h"
#include "checker/linearizability/value_table.h"

namespace tribunal::checker::session {

using history::EventType;
using linearizability::ValueTable;

// Decodes operations, then finds the candidates of every read.
class Reader {
 public:
  Reader(const history::History& history, const Options& options)
      : history_(history),
        options_(options),
        functions_(history, "cas-register", {"read", "write", "cas"}),
        values_(history),
        initial_(values_.number(options.initial.value_or(history::Value{}))) {}

  Result<Readings> read() {
    for (const history::Operation& operation : history_.operations()) {
      const auto f = functions_.number(operation);
      if (!f) return Failure{f.error()};
      if (auto status = *f == 2 ? decode_cas(operation) : decode(operation, *f == 0); !status) {
        return Failure{status.error()};
      }
    }
    find_candidates();
    readings_.keys_ = next_key_;
    return std::move(readings_);
  }

 private:
  struct Seen {
    bool reads = false;
    std::uint32_t value = 0;
    std::uint32_t written = 0;
  };

  Status decode(const history::Operation& operation, bool read) {
    if (read) {
      if (operation.outcome != EventType::ok) return {};
      if (operation.returned.is_nil() && options_.nil_read == NilRead::any) return {};
      add(operation, Seen{true, values_.number(operation.returned), 0}, false);
    } else if (operation.outcome == EventType::fail) {
      failed_.emplace(slot(operation, values_.number(operation.invoked)), operation.invocation);
    } else {
      add(operation, Seen{false, 0, values_.number(operation.invoked)}, true);
    }
    return {};
  }

  // One that leaves the value as it is only reads.
  Status decode_cas(const history::Operation& operation) {
    const history::Value pair = history_.value(operation.invoked);
    if (!pair.is_sequence() || pair.items().size() != 2) {
      return linearizability::event_error(operation.invocation, "[old new] as the value of :cas",
                                          pair.show());
    }
    const std::uint32_t old = values_.number(pair.items()[0]);
    const std::uint32_t fresh = values_.number(pair.items()[1]);
    if (operation.outcome == EventType::fail) {
      if (options_.failed_cas == FailedCas::observe) readings_.blind_ = true;
      failed_.emplace(slot(operation, fresh), operation.invocation);
      return {};
    }
    if (old == fresh && operation.outcome == EventType::info) return {};
    add(operation, Seen{true, old, fresh}, old != fresh);
    return {};
  }

  void add(const history::Operation& operation, Seen seen, bool writes) {
    Readings::Raw raw;
    raw.op.invocation = operation.invocation;
    raw.op.process = static_cast<std::uint32_t>(history::index(operation.process));
    raw.op.key = key(operation);
    raw.op.reads = seen.reads;
    raw.op.writes = writes;
    raw.optional = operation.outcome == EventType::info;
    if (writes) {
      writers_[slot(operation, seen.written)].push_back(
          static_cast<std::uint32_t>(readings_.raws_.size()));
    }
    readings_.raws_.push_back(std::move(raw));
    seen_.push_back(seen);
  }

  void find_candidates() {
    std::vector<std::uint32_t> impossible;
    for (std::uint32_t i = 0; i < seen_.size(); ++i) {
      Readings::Raw& raw = readings_.raws_[i];
      if (!raw.op.reads) continue;
      const auto found = writers_.find(slot(raw.op.key, seen_[i].value));
      if (found != writers_.end()) raw.candidates = found->second;
      std::erase(raw.candidates, i);
      if (seen_[i].value == initial_) raw.candidates.push_back(none);
      if (raw.candidates.empty()) impossible.push_back(i);
    }
    strike_out(std::move(impossible));
    for (std::uint32_t i = 0; i < seen_.size(); ++i) {
      const Readings::Raw& raw = readings_.raws_[i];
      if (raw.candidates.size() > 1) readings_.ambiguous_.push_back(i);
      if (raw.op.reads && raw.candidates.empty() && !raw.optional) {
        readings_.phantoms_.push_back(phantom(i));
      }
    }
  }

  // What may not have happened and cannot have, did not; then nobody has seen what it wrote.
  void strike_out(std::vector<std::uint32_t> impossible) {
    if (impossible.empty()) return;
    std::vector<std::vector<std::uint32_t>> seen_by(seen_.size());
    for (std::uint32_t i = 0; i < seen_.size(); ++i) {
      for (const std::uint32_t writer : readings_.raws_[i].candidates) {
        if (writer != none) seen_by[writer].push_back(i);
      }
    }
    while (!impossible.empty()) {
      const std::uint32_t gone = impossible.back();
      impossible.pop_back();
      if (!readings_.raws_[gone].optional) continue;
      for (const std::uint32_t reader : seen_by[gone]) {
        auto& candidates = readings_.raws_[reader].candidates;
        std::erase(candidates, gone);
        if (candidates.empty()) impossible.push_back(reader);
      }
    }
  }

  Phantom phantom(std::uint32_t i) const {
    Phantom phantom;
    phantom.invocation = readings_.raws_[i].op.invocation;
    const auto failed = failed_.find(slot(readings_.raws_[i].op.key, seen_[i].value));
    phantom.aborted = failed != failed_.end();
    if (phantom.aborted) phantom.writer = failed->second;
    return phantom;
  }

  std::uint32_t key(const history::Operation& operation) {
    auto& places = operation.has_key ? keys_ : unkeyed_;
    const auto [place, fresh] =
        places.try_emplace(operation.key.bits(), static_cast<std::uint32_t>(next_key_));
    if (fresh) ++next_key_;
    return place->second;
  }

  static std::uint64_t slot(std::uint32_t key, std::uint32_t value) {
    return std::uint64_t{key} << 32U | value;
  }
  std::uint64_t slot(const history::Operation& operation, std::uint32_t value) {
    return slot(key(operation), value);
  }

  const history::History& history_;
  const Options& options_;
  linearizability::Functions functions_;
  ValueTable values_;
  std::uint32_t initial_;
  Readings readings_;
  std::vector<Seen> seen_;  // parallel to the operations
  // By reference, or by key and value; looked up, never iterated.
  std::unordered_map<std::uint64_t, std::uint32_t> keys_, unkeyed_;
  std::uint32_t next_key_ = 0;
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> writers_;
  std::unordered_map<std::uint64_t, std::uint32_t> failed_;
};

Result<Readings> Readings::of(const history::History& history, const Options& options) {
  return Reader(history, options).read();
}

std::uint64_t Readings::count(std::uint64_t limit) const {
  std::uint64_t product = 1;
  for (const std::uint32_t i : ambiguous_) {
    product *= raws_[i].candidates.size();
    if (product >= limit) return limit;
  }
  return product;
}

Observed Readings::reading(std::uint64_t number) const {
  std::vector<std::uint32_t> source(raws_.size(), none);
  for (std::uint32_t i = 0; i < raws_.size(); ++i) {
    if (!raws_[i].candidates.empty()) source[i] = raws_[i].candidates[0];
  }
  for (const std::uint32_t i : ambiguous_) {
    const std::uint64_t n = raws_[i].candidates.size();
    source[i] = raws_[i].candidates[number % n];
    number /= n;
  }
  // What certainly happened, and what was seen by what happened.
  std::vector<bool> happened(raws_.size(), false);
  std::vector<std::uint32_t> todo;
  const auto include = [&](std::uint32_t i) {
    if (!happened[i]) todo.push_back(i);
    happened[i] = true;
  };
  for (std::uint32_t i = 0; i < raws_.size(); ++i) {
    if (!raws_[i].optional) include(i);
  }
  while (!todo.empty()) {
    const std::uint32_t i = todo.back();
    todo.pop_back();
    if (source[i] != none) include(source[i]);
  }
  Observed observed;
  observed.keys = keys_;
  std::vector<std::uint32_t> renamed(raws_.size(), none);
  std::unordered_map<std::uint32_t, std::uint32_t> processes;
  for (std::uint32_t i = 0; i < raws_.size(); ++i) {
    if (!happened[i]) continue;
    renamed[i] = static_cast<std::uint32_t>(observed.ops.size());
    Op op = raws_[i].op;
    op.process = processes.try_emplace(op.process, static_cast<std::uint32_t>(processes.size()))
                     .first->second;
    if (op.process == observed.processes.size()) observed.processes.emplace_back();
    op.place = static_cast<std::uint32_t>(observed.processes[op.process].size());
    op.source = source[i];
    observed.processes[op.process].push_back(renamed[i]);
    observed.ops.push_back(op);
  }
  for (Op& op : observed.ops) {
    if (op.source != none) op.source = renamed[op.source];
  }
  return observed;
}

}  // namespace tribunal::checker::session
