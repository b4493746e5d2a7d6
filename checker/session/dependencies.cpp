// See dependencies.h.
#include "checker/session/dependencies.h"

#include <algorithm>
#include <deque>

namespace tribunal::checker::session {

namespace {

// Calls `visit` with every operation that `op` has to come after.
template <class Visit>
void predecessors(const Observed& observed, std::uint32_t op,
                  const std::vector<std::uint32_t>& back, bool sources, Visit visit) {
  if (back[op] != none) visit(back[op], false);
  if (sources && observed.ops[op].source != none) visit(observed.ops[op].source, true);
}

// The operation of the same process that each one follows: the one before it, or the last one
// before it that reads, or that writes.
std::vector<std::uint32_t> steps_back(const Observed& observed, bool writes, bool reads) {
  std::vector<std::uint32_t> back(observed.ops.size(), none);
  for (const auto& process : observed.processes) {
    std::uint32_t last = none;
    for (const std::uint32_t op : process) {
      const Op& one = observed.ops[op];
      if (reads || one.writes) back[op] = last;
      if ((writes && reads) || (writes && one.writes) || (reads && one.reads)) last = op;
    }
  }
  return back;
}

}  // namespace

Dependencies::Dependencies(const Observed& observed, Guarantees guarantees, Flaw flaw)
    : observed_(observed),
      flaw_(flaw),
      writes_((guarantees & monotonic_writes) != 0),
      reads_((guarantees & writes_follow_reads) != 0),
      width_(observed.processes.size()) {
  if (!any()) return;
  back_ = steps_back(observed, writes_, reads_);
  find_order();
  if (cycle_.empty()) compute();
}

void Dependencies::find_order() {
  const auto n = static_cast<std::uint32_t>(observed_.ops.size());
  std::vector<std::uint32_t> waits(n, 0);
  std::vector<std::uint32_t> start(n + 1, 0);
  for (std::uint32_t op = 0; op < n; ++op) {
    predecessors(observed_, op, back_, reads_, [&](std::uint32_t before, bool) {
      ++waits[op];
      ++start[before + 1];
    });
  }
  for (std::uint32_t i = 0; i < n; ++i) start[i + 1] += start[i];
  std::vector<std::uint32_t> after(start[n]);
  std::vector<std::uint32_t> fill(start.begin(), start.end() - 1);
  for (std::uint32_t op = 0; op < n; ++op) {
    predecessors(observed_, op, back_, reads_,
                 [&](std::uint32_t before, bool) { after[fill[before]++] = op; });
  }
  for (std::uint32_t op = 0; op < n; ++op) {
    if (waits[op] == 0) order_.push_back(op);
  }
  for (std::size_t i = 0; i < order_.size(); ++i) {
    for (std::uint32_t at = start[order_[i]]; at < start[order_[i] + 1]; ++at) {
      if (--waits[after[at]] == 0) order_.push_back(after[at]);
    }
  }
  if (order_.size() < n) find_cycle(waits);
}

// Whoever still waits, waits for somebody who does.
void Dependencies::find_cycle(const std::vector<std::uint32_t>& waits) {
  std::uint32_t op = 0;
  while (waits[op] == 0) ++op;
  std::vector<bool> seen(observed_.ops.size(), false);
  std::vector<std::uint32_t> walk;
  while (!seen[op]) {
    seen[op] = true;
    walk.push_back(op);
    std::uint32_t next = none;
    predecessors(observed_, op, back_, reads_, [&](std::uint32_t before, bool) {
      if (waits[before] != 0) next = before;
    });
    op = next;
  }
  walk.erase(walk.begin(), std::find(walk.begin(), walk.end(), op));
  cycle_.assign(walk.rbegin(), walk.rend());
}

void Dependencies::compute() {
  row_.assign(observed_.ops.size(), 0);
  std::uint32_t rows = 0;
  for (std::uint32_t op = 0; op < observed_.ops.size(); ++op) {
    if (observed_.ops[op].writes) row_[op] = rows++;
  }
  lengths_.assign(std::size_t{rows} * width_, 0);
  std::vector<std::uint32_t> known(reads_ ? width_ * width_ : 0, 0);  // a row for each process
  for (const std::uint32_t i : order_) {
    const Op& op = observed_.ops[i];
    std::uint32_t* mine = reads_ ? &known[op.process * width_] : nullptr;
    if (reads_ && op.source != none) {
      const std::uint32_t* theirs = of(op.source);
      const bool direct = flaw_ == Flaw::only_direct_dependencies;
      for (std::size_t p = 0; p < width_ && !direct; ++p) mine[p] = std::max(mine[p], theirs[p]);
      const Op& source = observed_.ops[op.source];
      if (writes_) mine[source.process] = std::max(mine[source.process], source.place + 1);
    }
    if (reads_ && !writes_ && op.reads) mine[op.process] = op.place + 1;
    if (op.writes) {
      std::uint32_t* row = &lengths_[std::size_t{row_[i]} * width_];
      if (reads_) std::copy(mine, mine + width_, row);
      if (writes_) row[op.process] = op.place;
    }
    if (reads_ && writes_) mine[op.process] = op.place + 1;
  }
}

std::vector<std::uint32_t> Dependencies::path(std::uint32_t earlier, std::uint32_t later) const {
  if (!any()) return {};
  // Backwards from `later`; steps within a process are free, so few processes are involved.
  std::vector<std::uint32_t> next(observed_.ops.size(), none);
  std::deque<std::uint32_t> todo{later};
  std::vector<bool> done(observed_.ops.size(), false);
  bool found = false;
  while (!todo.empty() && !found) {
    const std::uint32_t op = todo.front();
    todo.pop_front();
    if (done[op]) continue;
    done[op] = true;
    predecessors(observed_, op, back_, reads_, [&](std::uint32_t before, bool source) {
      // That a process had read does not put its own writes before what follows.
      if (before == earlier && (source || writes_)) {
        found = true;
      } else if (done[before] || found) {
        return;
      }
      next[before] = op;
      if (source) {
        todo.push_back(before);
      } else {
        todo.push_front(before);
      }
    });
  }
  if (!found) return {};
  std::vector<std::uint32_t> path{earlier};
  for (std::uint32_t op = next[earlier]; op != later; op = next[op]) {
    const std::uint32_t process = observed_.ops[op].process;
    const bool turns = observed_.ops[path.back()].process != process ||
                       observed_.ops[next[op]].process != process ||
                       observed_.ops[next[op]].source == op;
    if (turns && op != later) path.push_back(op);
  }
  path.push_back(later);
  return path;
}

}  // namespace tribunal::checker::session
