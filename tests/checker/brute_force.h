// Linearizability by its definition: try every order. Shares nothing with the checker but the
// history. Slow and plain on purpose; for histories of up to about 8 operations.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "checker/check.h"
#include "history/history.h"

namespace tribunal::checker::testing_support {

using history::EventType;
using history::Value;

struct PlainOp {
  std::uint32_t call = 0;
  std::uint32_t ret = std::numeric_limits<std::uint32_t>::max();  // of info: the end of time
  bool must_happen = true;
  bool place = true;    // does the order asked for have to contain it?
  bool failed = false;  // only failed cas, under observe
  std::string f;
  Value asked;
  Value answer;                         // of an ok
  int key = 0;                          // number of the independent key
  std::int64_t counted_producers = -1;  // `:producers` of an excerpt file
  std::set<std::size_t> dropped;        // observations that do not stand (positions; 0 if only one)
};

struct PlainState {
  Value value;
  std::map<Value, Value> registers;
  std::set<Value> elements;
  bool held = false;
};

class BruteForce {
 public:
  BruteForce(const history::History& history, const Options& options) : options_(options) {
    std::map<std::pair<bool, Value>, int> keys;
    for (std::uint32_t i = 0; i < history.size(); ++i) {
      if (history.type(i) != EventType::invoke) continue;
      const history::Event invoke = history.event(i);
      const std::uint32_t end = history.partner(i);
      const EventType outcome =
          end == history::no_event ? EventType::info : history.event(end).type;
      PlainOp op;
      op.call = i;
      op.f = history.name(invoke.f);
      op.asked = history.value(invoke.value);
      if (outcome == EventType::fail) {
        op.failed = true;
        if (op.f != "cas" || options.failed_cas == FailedCas::ignore) continue;
      }
      if (outcome == EventType::info) op.must_happen = op.place = false;
      if (outcome != EventType::info) op.ret = end;
      if (outcome == EventType::ok) op.answer = history.value(history.event(end).value);
      if (end != history::no_event) op.counted_producers = history.event(end).producers;
      const auto key = std::make_pair(invoke.has_key, history.value(invoke.key));
      op.key = keys.emplace(key, static_cast<int>(keys.size())).first->second;
      ops_.push_back(op);
    }
  }

  const std::vector<PlainOp>& ops() const { return ops_; }

  // Does some order explain the whole history?
  bool linearizable() const {
    std::set<std::uint32_t> everything;
    for (const PlainOp& op : ops_) everything.insert(op.call);
    return possible(everything);
  }

  // Does some order explain everything of one key that completed up to this event? It may contain
  // operations that completed later.
  bool reaches(std::uint32_t event, int key) const {
    std::vector<PlainOp> chosen;
    for (const PlainOp& op : ops_) {
      if (op.key == key) chosen.push_back(op);
    }
    for (PlainOp& op : chosen) op.place = op.ret <= event;
    std::vector<bool> placed(chosen.size());
    return some_order(chosen, placed, {});
  }

  const PlainOp& op(std::uint32_t call) const {
    std::size_t i = 0;
    while (ops_[i].call != call) ++i;
    return ops_[i];
  }

  // docs/proofs.md, "Excerpts": does some order explain these operations (named by their
  // invocation)?
  bool possible(const std::set<std::uint32_t>& excerpt) const {
    std::vector<PlainOp> chosen;
    for (const PlainOp& op : ops_) {
      if (excerpt.count(op.call) == 0) continue;
      chosen.push_back(op);
      chosen.back().dropped = dropped(op, excerpt);
    }
    std::vector<bool> placed(chosen.size());
    return some_order(chosen, placed, {});
  }

  // Replays an order that claims to be a linearization; "" or what is wrong with it.
  std::string replay(const std::vector<std::uint32_t>& order) const {
    std::map<int, PlainState> states;
    std::set<std::uint32_t> done;
    std::vector<const PlainOp*> sequence;
    for (const std::uint32_t call : order) {
      const PlainOp* op = nullptr;
      for (const PlainOp& candidate : ops_) {
        if (candidate.call == call) op = &candidate;
      }
      if (op == nullptr) return "names an operation that did not happen: " + std::to_string(call);
      if (!done.insert(call).second) return "names an operation twice: " + std::to_string(call);
      for (const PlainOp* before : sequence) {
        if (op->ret < before->call) return "breaks real time at " + std::to_string(call);
      }
      sequence.push_back(op);
      if (!apply(*op, states)) return "is refused at " + std::to_string(call);
    }
    return "";
  }

  // Producers of one observation of b, straight from the table of docs/proofs.md.
  std::set<std::uint32_t> producers(const PlainOp& b, std::size_t observation) const {
    std::set<std::uint32_t> found;
    for (const PlainOp& a : ops_) {
      if (a.failed || a.call == b.call || a.key != b.key || a.call > b.ret) continue;
      if (produces(a, b, observation)) found.insert(a.call);
    }
    return found;
  }

  // Which observations an operation makes.
  std::vector<std::size_t> observations(const PlainOp& op) const {
    const bool nothing_seen = options_.nil_read == NilRead::any && op.answer.is_nil();
    if (op.f == "read" || op.f == "get") {
      return op.must_happen && !nothing_seen ? std::vector<std::size_t>{0}
                                             : std::vector<std::size_t>{};
    }
    if (op.f == "cas" || op.f == "acquire" || op.f == "release") return {0};
    std::vector<std::size_t> found;
    if (op.f != "txn" || !op.must_happen) return found;
    std::set<Value> written;
    for (std::size_t i = 0; i < op.answer.items().size(); ++i) {
      const std::vector<Value>& micro = op.answer.items()[i].items();
      if (micro[0].text() == "write") written.insert(micro[1]);
      if (micro[0].text() == "write" || written.count(micro[1]) != 0) continue;
      if (micro[2].is_nil() && options_.nil_read == NilRead::any) continue;
      found.push_back(i);
    }
    return found;
  }

 private:
  std::set<std::size_t> dropped(const PlainOp& op, const std::set<std::uint32_t>& excerpt) const {
    const auto held = [&](const std::set<std::uint32_t>& all) {
      std::size_t n = 0;
      for (const std::uint32_t p : all) n += excerpt.count(p);
      return n;
    };
    std::set<std::size_t> dropped;
    std::set<std::uint32_t> together;
    for (const std::size_t o : observations(op)) {
      const std::set<std::uint32_t> all = producers(op, o);
      together.insert(all.begin(), all.end());
      if (held(all) < all.size()) dropped.insert(o);
    }
    if (op.counted_producers < 0) return dropped;
    dropped.clear();
    const std::size_t needed =
        std::max(together.size(), static_cast<std::size_t>(op.counted_producers));
    if (held(together) < needed) {
      for (const std::size_t o : observations(op)) dropped.insert(o);
    }
    return dropped;
  }

  bool produces(const PlainOp& a, const PlainOp& b, std::size_t observation) const {
    if (b.f == "acquire") return a.f == "release";
    if (b.f == "release") return a.f == "acquire";
    if (options_.model == "set") {
      if (a.f != "add") return false;
      for (const Value& element : b.answer.items()) {
        if (element == a.asked) return true;
      }
      return false;
    }
    if (b.f == "get") {
      if (a.f == "get" || b.answer.is_nil()) return false;
      return b.answer.text().find(a.asked.text()) != std::string::npos;
    }
    if (b.f == "txn") {
      const std::vector<Value>& micro = b.answer.items()[observation].items();
      std::optional<Value> last;
      for (const Value& other : a.asked.items()) {
        if (other.items()[0].text() == "write" && other.items()[1] == micro[1]) {
          last = other.items()[2];
        }
      }
      return last.has_value() && *last == micro[2];
    }
    if (a.f == "read") return false;
    const Value written = a.f == "cas" ? a.asked.items()[1] : a.asked;
    if (b.failed) return !(written == b.asked.items()[0]);
    return written == (b.f == "cas" ? b.asked.items()[0] : b.answer);
  }

  PlainState initial() const {
    PlainState state;
    if (options_.model == "kv") state.value = Value::string("");
    if (!options_.initial.has_value()) return state;
    const Value& given = *options_.initial;
    if (options_.model == "set" && !given.is_nil()) {
      state.elements.insert(given.items().begin(), given.items().end());
    } else if (options_.model == "multi-register" && !given.is_nil()) {
      for (std::size_t i = 0; i + 1 < given.items().size(); i += 2) {
        state.registers[given.items()[i]] = given.items()[i + 1];
      }
    } else {
      state.value = given;
    }
    return state;
  }

  // Lets one operation happen; false when it cannot happen in this state.
  bool apply(const PlainOp& op, std::map<int, PlainState>& states) const {
    const auto [place, fresh] = states.try_emplace(op.key);
    if (fresh) place->second = initial();
    PlainState& s = place->second;
    const bool ignored = op.dropped.count(0) != 0;
    if (op.f == "txn") return apply_txn(op, s);
    if (op.f == "read" || op.f == "get") {
      if (!op.must_happen || ignored) return true;
      if (op.answer.is_nil() && options_.nil_read == NilRead::any) return true;
      if (options_.model != "set") return s.value == op.answer;
      return s.elements == std::set<Value>(op.answer.items().begin(), op.answer.items().end());
    }
    if (op.f == "write" || op.f == "put") s.value = op.asked;
    if (op.f == "append") {
      s.value = Value::string((s.value.is_nil() ? "" : s.value.text()) + op.asked.text());
    }
    if (op.f == "add") s.elements.insert(op.asked);
    if (op.f == "cas" && op.failed) return ignored || !(s.value == op.asked.items()[0]);
    if (op.f == "cas") {
      if (!ignored && !(s.value == op.asked.items()[0])) return false;
      s.value = op.asked.items()[1];
    }
    if (op.f == "acquire" || op.f == "release") {
      const bool take = op.f == "acquire";
      if (!ignored && s.held == take) return false;
      s.held = take;
    }
    return true;
  }

  bool apply_txn(const PlainOp& op, PlainState& s) const {
    std::map<Value, Value> now = s.registers;
    for (std::size_t i = 0; i < op.asked.items().size(); ++i) {
      const std::vector<Value>& micro = op.asked.items()[i].items();
      if (micro[0].text() == "write") {
        now[micro[1]] = micro[2];
        continue;
      }
      if (!op.must_happen || op.dropped.count(i) != 0) continue;
      const Value seen = op.answer.items()[i].items()[2];
      if (seen.is_nil() && options_.nil_read == NilRead::any) continue;
      if (!(now[micro[1]] == seen)) return false;
    }
    s.registers = now;
    return true;
  }

  // Can the rest follow? Every operation that has to be placed is placed in the end; any other may
  // be.
  bool some_order(const std::vector<PlainOp>& ops, std::vector<bool>& placed,
                  const std::map<int, PlainState>& states) const {
    bool complete = true;
    for (std::size_t i = 0; i < ops.size(); ++i)
      complete = complete && (placed[i] || !ops[i].place);
    if (complete) return true;
    for (std::size_t i = 0; i < ops.size(); ++i) {
      if (placed[i]) continue;
      bool next = true;  // nothing that has to come before it is still waiting
      for (std::size_t j = 0; j < ops.size(); ++j) {
        if (!placed[j] && ops[j].ret < ops[i].call) next = false;
      }
      if (!next) continue;
      std::map<int, PlainState> after = states;
      if (!apply(ops[i], after)) continue;
      placed[i] = true;
      const bool found = some_order(ops, placed, after);
      placed[i] = false;
      if (found) return true;
    }
    return false;
  }

  Options options_;
  std::vector<PlainOp> ops_;
};

}  // namespace tribunal::checker::testing_support
