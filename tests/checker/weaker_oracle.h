// The models weaker than linearizable by brute force, from their definitions: over all ways to say
// what happened and who wrote what was read, all orders of versions, all serializations. Shares
// nothing with the checker. For histories of a handful of operations.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "checker/check.h"
#include "history/history.h"

namespace tribunal::checker::testing_support {

class WeakerOracle {
 public:
  WeakerOracle(const history::History& history, const Options& options)
      : initial_(options.initial.value_or(history::Value{})) {
    for (const history::Operation& operation : history.operations()) {
      decode(history, options, operation);
    }
  }

  bool holds(const std::string& model) {
    bool found = false;
    each_choice([&] {
      found = satisfied(model);
      return found;
    });
    return found;
  }

 private:
  struct Op {
    int process = 0;
    history::Value key;
    bool reads = false, writes = false, optional = false;
    history::Value seen, written;
  };
  using Matrix = std::vector<std::vector<bool>>;
  static constexpr int initially = -1;

  void decode(const history::History& history, const Options& options,
              const history::Operation& operation) {
    const std::string& f = history.name(operation.f);
    if (operation.outcome == history::EventType::fail) return;
    Op op;
    op.process = history::index(operation.process);
    op.key = history::Value::pair(history::Value::boolean(operation.has_key),
                                  history.value(operation.key));
    op.optional = operation.outcome == history::EventType::info;
    if (f == "read") {
      if (op.optional) return;
      op.reads = true;
      op.seen = history.value(operation.returned);
      if (op.seen.is_nil() && options.nil_read == NilRead::any) return;
    } else if (f == "write") {
      op.writes = true;
      op.written = history.value(operation.invoked);
    } else {
      op.reads = true;
      op.seen = history.value(operation.invoked).items()[0];
      op.written = history.value(operation.invoked).items()[1];
      op.writes = !(op.seen == op.written);
    }
    all_.push_back(op);
  }

  // Every subset of what may have happened, with every choice of sources.
  void each_choice(const std::function<bool()>& stop) {
    std::vector<std::size_t> optional;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (all_[i].optional) optional.push_back(i);
    }
    for (std::size_t mask = 0; mask < std::size_t{1} << optional.size(); ++mask) {
      ops_.clear();
      std::size_t bit = 0;
      for (const Op& op : all_) {
        if (op.optional && ((mask >> bit++) & 1U) == 0) continue;
        ops_.push_back(op);
      }
      source_.assign(ops_.size(), initially);
      if (choose_source(0, stop)) return;
    }
  }

  bool choose_source(std::size_t i, const std::function<bool()>& stop) {
    if (i == ops_.size()) return stop();
    if (!ops_[i].reads) return choose_source(i + 1, stop);
    if (ops_[i].seen == initial_) {
      source_[i] = initially;
      if (choose_source(i + 1, stop)) return true;
    }
    for (std::size_t w = 0; w < ops_.size(); ++w) {
      if (w == i || !ops_[w].writes || !(ops_[w].key == ops_[i].key)) continue;
      if (!(ops_[w].written == ops_[i].seen)) continue;
      source_[i] = static_cast<int>(w);
      if (choose_source(i + 1, stop)) return true;
    }
    return false;
  }

  bool satisfied(const std::string& model) {
    if (model == "sequential") return sequential();
    if (model == "consistent-prefix") return prefix();
    if (model == "pram") return every_view(program_order());
    if (model == "causal") {
      const Matrix order = causality();
      return acyclic(order) && every_causal_view(order);
    }
    if (model == "causal-convergence") return convergent();
    if (model == "session-guarantees") return sessions(true, true, true, true, true);
    return sessions(model == "read-your-writes", model == "monotonic-reads",
                    model == "monotonic-writes", model == "writes-follow-reads", false);
  }

  // ---- orders ----
  std::size_t n() const { return ops_.size(); }
  Matrix none() const { return Matrix(n(), std::vector<bool>(n(), false)); }
  Matrix program_order() const {
    Matrix order = none();
    for (std::size_t a = 0; a < n(); ++a) {
      for (std::size_t b = a + 1; b < n(); ++b) order[a][b] = ops_[a].process == ops_[b].process;
    }
    return order;
  }
  static void close(Matrix& order) {
    for (std::size_t k = 0; k < order.size(); ++k) {
      for (std::size_t a = 0; a < order.size(); ++a) {
        for (std::size_t b = 0; b < order.size(); ++b) {
          if (order[a][k] && order[k][b]) order[a][b] = true;
        }
      }
    }
  }
  static bool acyclic(const Matrix& closed) {
    for (std::size_t a = 0; a < closed.size(); ++a) {
      if (closed[a][a]) return false;
    }
    return true;
  }
  Matrix causality() const {
    Matrix order = program_order();
    for (std::size_t r = 0; r < n(); ++r) {
      if (ops_[r].reads && source_[r] != initially) {
        order[static_cast<std::size_t>(source_[r])][r] = true;
      }
    }
    close(order);
    return order;
  }

  // Tries every order of the items that has `before`, as long as `step` allows the next one.
  // `step(item)` returns whether it may come next, and does it; `back(item)` takes it back.
  bool arrange(const std::vector<std::size_t>& items, const Matrix& before,
               std::vector<std::size_t>& placed, const std::function<bool(std::size_t)>& fits) {
    if (placed.size() == items.size()) return true;
    for (const std::size_t item : items) {
      if (std::find(placed.begin(), placed.end(), item) != placed.end()) continue;
      const bool free = std::all_of(items.begin(), items.end(), [&](std::size_t other) {
        return !before[other][item] ||
               std::find(placed.begin(), placed.end(), other) != placed.end();
      });
      if (!free || before[item][item]) continue;
      placed.push_back(item);
      if (fits(item) && arrange(items, before, placed, fits)) return true;
      placed.pop_back();
    }
    return false;
  }

  // The last write of the key among the placed, before the one placed last.
  int current(const std::vector<std::size_t>& placed, const history::Value& key) const {
    for (std::size_t i = placed.size() - 1; i-- > 0;) {
      const Op& op = ops_[placed[i]];
      if (op.writes && op.key == key) return static_cast<int>(placed[i]);
    }
    return initially;
  }

  bool sequential() {
    std::vector<std::size_t> items(n()), placed;
    for (std::size_t i = 0; i < n(); ++i) items[i] = i;
    return arrange(items, program_order(), placed, [&](std::size_t item) {
      return !ops_[item].reads || current(placed, ops_[item].key) == source_[item];
    });
  }

  // Items are operations, and n + i for the part of compare-and-set i that reads on its own.
  bool prefix() {
    std::vector<std::size_t> items, placed;
    for (std::size_t i = 0; i < n(); ++i) {
      items.push_back(i);
      if (ops_[i].reads && ops_[i].writes) items.push_back(n() + i);
    }
    Matrix before(2 * n(), std::vector<bool>(2 * n(), false));
    const auto looks = [&](std::size_t item) { return item >= n() || !ops_[item].writes; };
    for (const std::size_t a : items) {
      for (const std::size_t b : items) {
        const std::size_t i = a % n();
        const std::size_t j = b % n();
        if (ops_[i].process != ops_[j].process) continue;
        if (i == j) before[a][b] = a >= n() && b < n();
        if (i < j) before[a][b] = looks(a) || !looks(b);  // all but: wrote, then read
      }
    }
    return arrange(items, before, placed, [&](std::size_t item) {
      const Op& op = ops_[item % n()];
      if (!op.reads) return true;
      for (std::size_t k = placed.size() - 1; k-- > 0;) {
        if (placed[k] >= n() || !ops_[placed[k]].writes) continue;
        if (ops_[placed[k]].key == op.key) {
          return source_[item % n()] == static_cast<int>(placed[k]);
        }
      }
      return source_[item % n()] == initially;
    });
  }

  bool view(int process, const Matrix& order) {
    std::vector<std::size_t> items, placed;
    for (std::size_t i = 0; i < n(); ++i) {
      if (ops_[i].writes || ops_[i].process == process) items.push_back(i);
    }
    return arrange(items, order, placed, [&](std::size_t item) {
      if (!ops_[item].reads || ops_[item].process != process) return true;
      return current(placed, ops_[item].key) == source_[item];
    });
  }
  bool every_view(const Matrix& order) {
    return std::all_of(ops_.begin(), ops_.end(),
                       [&](const Op& op) { return view(op.process, order); });
  }
  bool every_causal_view(const Matrix& order) { return every_view(order); }

  // One order of all writes that has causality; a read sees the last of those in its past.
  bool convergent() {
    const Matrix order = causality();
    if (!acyclic(order)) return false;
    std::vector<std::size_t> writes, placed;
    for (std::size_t i = 0; i < n(); ++i) {
      if (ops_[i].writes) writes.push_back(i);
    }
    bool found = false;
    arrange(writes, order, placed, [&](std::size_t) {
      if (placed.size() < writes.size()) return !found;
      found = found || converges(placed, order);
      return false;  // goes on to the next order
    });
    return found || (writes.empty() && converges({}, order));
  }
  bool converges(const std::vector<std::size_t>& order, const Matrix& past) const {
    for (std::size_t r = 0; r < n(); ++r) {
      if (!ops_[r].reads) continue;
      int last = initially;
      for (const std::size_t w : order) {
        if (ops_[w].key == ops_[r].key && past[w][r]) last = static_cast<int>(w);
      }
      if (last != source_[r]) return false;
    }
    return true;
  }

  // ---- session guarantees ----
  bool sessions(bool ryw, bool mr, bool mw, bool wfr, bool one_order) {
    Matrix depends = none();  // depends[a][b]: write b depends on write a
    for (std::size_t a = 0; a < n(); ++a) {
      for (std::size_t b = 0; b < n(); ++b) {
        if (!ops_[b].writes || ops_[a].process != ops_[b].process || a > b) continue;
        if (mw && a < b && ops_[a].writes) depends[a][b] = true;
        if (wfr && ops_[a].reads && source_[a] != initially) {
          depends[static_cast<std::size_t>(source_[a])][b] = true;
        }
      }
    }
    close(depends);
    if (!acyclic(depends)) return false;
    if (one_order) return ordered(depends, ryw, mr, [](int) { return true; });
    return std::all_of(ops_.begin(), ops_.end(), [&](const Op& op) {
      return ordered(depends, ryw, mr, [&](int process) { return process == op.process; });
    });
  }

  // Have the versions an order that agrees with the dependencies, and with what the reads of the
  // given processes must not miss?
  bool ordered(const Matrix& depends, bool ryw, bool mr, const std::function<bool(int)>& judged) {
    std::vector<std::size_t> writes, placed;
    for (std::size_t i = 0; i < n(); ++i) {
      if (ops_[i].writes) writes.push_back(i);
    }
    // Per key: orders of different keys do not bear on each other.
    std::map<history::Value, std::vector<std::size_t>> keys;
    for (const Op& op : ops_) keys[op.key];
    for (const std::size_t w : writes) keys[ops_[w].key].push_back(w);
    for (const auto& entry : keys) {
      const history::Value& key = entry.first;
      const std::vector<std::size_t>& versions = entry.second;
      placed.clear();
      bool found = false;
      const auto works = [&] {
        for (std::size_t r = 0; r < n(); ++r) {
          if (!ops_[r].reads || !(ops_[r].key == key) || !judged(ops_[r].process)) continue;
          if (!recent(r, required(r, depends, ryw, mr), placed)) return false;
        }
        return true;
      };
      Matrix before = none();
      for (const std::size_t a : versions) {
        for (const std::size_t b : versions) before[a][b] = depends[a][b];
      }
      arrange(versions, before, placed, [&](std::size_t) {
        if (placed.size() < versions.size()) return !found;
        found = found || works();
        return false;  // goes on to the next order
      });
      if (!(found || (versions.empty() && works()))) return false;
    }
    return true;
  }

  // The writes that a read must not be older than.
  std::vector<bool> required(std::size_t r, const Matrix& depends, bool ryw, bool mr) const {
    std::vector<bool> set(n(), false);
    const auto with_dependencies = [&](std::size_t w) {
      for (std::size_t d = 0; d < n(); ++d) {
        if (depends[d][w]) set[d] = true;
      }
    };
    for (std::size_t i = 0; i <= r; ++i) {
      if (ops_[i].process != ops_[r].process) continue;
      if (ops_[i].reads && source_[i] != initially) {
        with_dependencies(static_cast<std::size_t>(source_[i]));
        if (mr && i < r) set[static_cast<std::size_t>(source_[i])] = true;
      }
      if (ryw && i < r && ops_[i].writes) {
        set[i] = true;
        with_dependencies(i);
      }
    }
    return set;
  }

  bool recent(std::size_t r, const std::vector<bool>& set,
              const std::vector<std::size_t>& versions) const {
    bool passed = false;  // beyond the version that was read
    if (source_[r] == initially) passed = true;
    for (const std::size_t w : versions) {
      if (passed && set[w]) return false;
      if (static_cast<int>(w) == source_[r]) passed = true;
    }
    return true;
  }

  history::Value initial_;
  std::vector<Op> all_, ops_;
  std::vector<int> source_;  // of the reads among ops_
};

}  // namespace tribunal::checker::testing_support
