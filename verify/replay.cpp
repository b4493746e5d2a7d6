#include "verify/replay.h"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_set>

#include <fmt/format.h>

#include "base/text.h"
#include "verify/producers.h"

namespace tribunal::verify {

namespace {

using history::ValueRef;

// Each state takes one operation, with its demands or (when the observation is dropped) without,
// and says what it found instead when a demand was not met.
class Cells {
 public:
  explicit Cells(const KeyHistory& key) : key_(key), values_(key.initial) {}

  std::optional<std::string> take(const Op& op, bool stands) {
    if (op.broken) return "it read another value than it had itself just written";
    for (const Part& demand : key_.demands_of(op)) {
      if (!stands) break;
      const bool equal = values_[demand.name] == demand.value;
      if (equal == demand.negated) {
        return fmt::format("it needs {}{} where the value is {}",
                           demand.negated ? "anything but " : "", shown(demand.value),
                           shown(values_[demand.name]));
      }
    }
    for (const Part& change : key_.changes_of(op)) values_[change.name] = change.value;
    return {};
  }

 private:
  std::string shown(ValueRef ref) const { return quote(key_.pool.value(ref).show()); }

  const KeyHistory& key_;
  std::vector<ValueRef> values_;
};

class Text {
 public:
  explicit Text(const KeyHistory& key) : key_(key), nil_(key.initial[0].is_nil()) {
    if (!nil_) text_ = key.pool.value(key.initial[0]).text();
  }

  std::optional<std::string> take(const Op& op, bool stands) {
    for (const Part& demand : key_.demands_of(op)) {
      const history::Value seen = key_.pool.value(demand.value);
      const bool equal = seen.is_nil() ? nil_ : !nil_ && seen.text() == text_;
      if (stands && !equal) {
        return fmt::format("it got {} where the value is {}", quote(seen.show()),
                           nil_ ? "nil" : '"' + quote(text_) + '"');
      }
    }
    for (const Part& change : key_.changes_of(op)) {
      if (!op.appends) text_.clear();
      text_ += key_.pool.value(change.value).text();
      nil_ = false;
    }
    return {};
  }

 private:
  const KeyHistory& key_;
  bool nil_;
  std::string text_;
};

class Elements {
 public:
  explicit Elements(const KeyHistory& key) : key_(key) {
    for (const ValueRef element : key.initial) elements_.insert(element.bits());
  }

  std::optional<std::string> take(const Op& op, bool stands) {
    if (op.observes && stands) {
      for (const Part& demand : key_.demands_of(op)) {
        if (elements_.count(demand.value.bits()) != 0) continue;
        return fmt::format("it read {}, which is not in the set then",
                           quote(key_.pool.value(demand.value).show()));
      }
      if (elements_.size() != op.demand_count) {
        return fmt::format("it read {} elements where the set has {}", op.demand_count,
                           elements_.size());
      }
    }
    for (const Part& change : key_.changes_of(op)) elements_.insert(change.value.bits());
    return {};
  }

 private:
  const KeyHistory& key_;
  std::unordered_set<std::uint64_t> elements_;
};

// Whether an operation's observation stands: always, except in excerpt files that declare
// producers.
class Standing {
 public:
  explicit Standing(const KeyHistory& key) : key_(key) {
    const auto declares = [](const Op& op) { return op.producers >= 0; };
    if (std::none_of(key.ops.begin(), key.ops.end(), declares)) return;
    std::vector<const Op*> all;
    for (const Op& op : key.ops) all.push_back(&op);
    producers_.emplace(key, all);
  }

  bool operator()(const Op& op) const {
    if (op.producers < 0) return true;
    return standing(key_, op, *producers_, *producers_).front();
  }

  // In such a file, an operation of which nothing is left may be left out too.
  bool silent(const Op& op) const {
    return op.producers >= 0 && op.change_count == 0 && !(op.observes && (*this)(op));
  }

 private:
  const KeyHistory& key_;
  std::optional<Producers> producers_;
};

// The operations that the order names, or why it cannot be the order of this key.
Result<std::vector<const Op*>> members(const KeyHistory& key, const Standing& stands,
                                       const std::vector<std::uint32_t>& order) {
  std::vector<const Op*> out;
  out.reserve(order.size());
  std::vector<bool> seen(key.ops.size());
  for (const std::uint32_t invocation : order) {
    const Op* op = key.find(invocation);
    if (op == nullptr) {
      return fail(
          fmt::format("event {} is not the invocation of an operation of this key", invocation));
    }
    if (op->failed) return fail(fmt::format("operation {} is in the order but failed", invocation));
    if (KeyHistory::idle(*op)) {
      return fail(fmt::format("operation {} is in the order but observed nothing", invocation));
    }
    const auto number = static_cast<std::size_t>(op - key.ops.data());
    if (seen[number])
      return fail(fmt::format("operation {} occurs twice in the order", invocation));
    seen[number] = true;
    out.push_back(op);
  }
  for (std::size_t i = 0; i < key.ops.size(); ++i) {
    if (!key.ops[i].required || seen[i] || stands.silent(key.ops[i])) continue;
    return fail(fmt::format("operation {} is missing from the order", key.ops[i].invocation));
  }
  return out;
}

// No operation may stand after one that was invoked when it had already completed.
Status respects_real_time(const std::vector<const Op*>& order) {
  const Op* latest = nullptr;  // the latest invocation so far
  for (const Op* op : order) {
    if (latest != nullptr && op->end < latest->invocation) {
      return fail(
          fmt::format("operation {} stands before operation {}, which had completed by then",
                      latest->invocation, op->invocation));
    }
    if (latest == nullptr || op->invocation > latest->invocation) latest = op;
  }
  return {};
}

template <class State>
Status run(const KeyHistory& key, const Standing& stands, const std::vector<const Op*>& order) {
  State state(key);
  for (const Op* op : order) {
    if (const auto why = state.take(*op, stands(*op))) {
      return fail(fmt::format("operation {} is not possible at its place in the order: {}",
                              op->invocation, *why));
    }
  }
  return {};
}

}  // namespace

Status replay(const KeyHistory& key, const std::vector<std::uint32_t>& order) {
  const Standing stands(key);
  auto operations = members(key, stands, order);
  if (!operations.ok()) return Failure{operations.error()};
  if (Status status = respects_real_time(*operations); !status.ok()) return status;
  if (key.domain == Domain::cells) return run<Cells>(key, stands, *operations);
  if (key.domain == Domain::text) return run<Text>(key, stands, *operations);
  return run<Elements>(key, stands, *operations);
}

}  // namespace tribunal::verify
