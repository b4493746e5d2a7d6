// See order_search.h. Depth-first over the next write; everything else is done as soon as it can
// be. That loses nothing: a read changes nothing; a write that nobody reads, and that replaces a
// version without readers left, can be moved forward to now in every order that works; so can the
// exchange that is the last reader of the current version, and the last write of a key.
//
// A version is replaced only when it has no readers left, for they could never see it again. So the
// current version of a key is either done with, or the only one that has readers left, and what has
// been done determines the state: the memo needs no more.
#include "checker/session/order_search.h"

#include <algorithm>
#include <set>
#include <string>
#include <unordered_set>

#include "checker/session/causality.h"

namespace tribunal::checker::session {

namespace {

std::uint32_t label(Link::Why why) { return static_cast<std::uint32_t>(why); }

class Search {
 public:
  Search(const Problem& problem, std::uint64_t budget, std::uint64_t memory, Flaw flaw)
      : problem_(problem),
        budget_(budget),
        most_failed_(memory / (64 + problem.chains.size() * sizeof(std::uint32_t))),
        flaw_(flaw),
        n_(static_cast<std::uint32_t>(problem.steps.size())),
        graph_(n_, problem.before),
        waits_(n_, 0),
        done_(n_, false),
        readers_(n_ + problem.keys),
        left_(n_ + problem.keys, 0),
        current_(problem.keys),
        writes_left_(problem.keys, 0),
        position_(problem.chains.size(), 0),
        priority_(n_),
        ready_of_(problem.keys) {
    for (const Edge& edge : problem.before) ++waits_[edge.to];
    for (std::uint32_t key = 0; key < problem.keys; ++key) current_[key] = n_ + key;
    for (std::uint32_t s = 0; s < n_; ++s) {
      const Step& step = problem.steps[s];
      priority_[s] = step.op;
      if (step.writes) ++writes_left_[step.key];
      if (!step.reads) continue;
      readers_[version_read(step)].push_back(s);
      ++left_[version_read(step)];
    }
    // Versions tend to take effect in the order in which they were first seen.
    for (std::uint32_t s = 0; s < n_; ++s) {
      if (!readers_[s].empty()) priority_[s] = problem.steps[readers_[s].front()].op;
    }
  }

  SearchResult run() {
    SearchResult result;
    result.found = search();
    result.steps = spent_;
    if (result.found == Found::order) result.order = trail_;
    return result;
  }

 private:
  struct Frame {
    std::size_t trail = 0;
    std::vector<std::uint32_t> candidates;
    std::size_t next = 0;
  };

  std::uint32_t version_read(const Step& step) const {
    return step.source == none ? n_ + step.key : step.source;
  }

  Found search() {
    for (std::uint32_t s = 0; s < n_; ++s) {
      if (waits_[s] == 0) became_ready(s);
    }
    settle();
    std::vector<Frame> frames;
    while (trail_.size() < n_) {
      if (spent_ > budget_) return Found::gave_up;
      Frame frame;
      if (failed_.empty() || failed_.count(state()) == 0) frame = {trail_.size(), candidates(), 0};
      while (frame.next == frame.candidates.size()) {
        spent_ += position_.size() / 16;
        if (frame.candidates.size() > 1 && failed_.size() < most_failed_) failed_.insert(state());
        if (frames.empty()) return Found::impossible;
        frame = std::move(frames.back());
        frames.pop_back();
        while (trail_.size() > frame.trail) undo();
      }
      const std::uint32_t chosen = frame.candidates[frame.next++];
      frames.push_back(std::move(frame));
      perform(chosen);
      settle();
    }
    return Found::order;
  }

  // Which operations have been done, as the position in each chain.
  std::string state() const {
    return {reinterpret_cast<const char*>(position_.data()),
            position_.size() * sizeof(std::uint32_t)};
  }

  std::vector<std::uint32_t> candidates() {
    std::vector<std::uint32_t> list;
    spent_ += ready_.size() / 16;
    for (const auto& [priority, s] : ready_) {
      if (!problem_.steps[s].reads && replaceable(problem_.steps[s].key)) list.push_back(s);
    }
    return list;
  }

  bool replaceable(std::uint32_t key) const { return left_[current_[key]] == 0; }

  // A step that waits for nothing: a read when its version is there, a write when it is safe.
  bool safe_now(std::uint32_t s) const {
    const Step& step = problem_.steps[s];
    if (done_[s] || waits_[s] != 0) return false;
    const std::uint32_t now = current_[step.key];
    if (step.reads && now != version_read(step)) return false;
    if (!step.writes) return true;
    if (step.reads) return left_[now] == 1 || flaw_ == Flaw::cas_not_atomic;
    return left_[now] == 0 && (left_[s] == 0 || writes_left_[step.key] == 1);
  }

  void now_ready(std::uint32_t s) {
    ready_.insert({priority_[s], s});
    ready_of_[problem_.steps[s].key].insert(s);
  }
  void not_ready(std::uint32_t s) {
    ready_.erase({priority_[s], s});
    ready_of_[problem_.steps[s].key].erase(s);
  }

  void became_ready(std::uint32_t s) {
    if (problem_.steps[s].writes) now_ready(s);
    queue_.push_back(s);
  }

  // Does everything that is safe, until nothing is.
  void settle() {
    while (!queue_.empty()) {
      const std::uint32_t s = queue_.back();
      queue_.pop_back();
      if (safe_now(s)) perform(s);
    }
  }

  void perform(std::uint32_t s) {
    const Step& step = problem_.steps[s];
    ++spent_;
    done_[s] = true;
    trail_.push_back(s);
    replaced_.push_back(current_[step.key]);
    ++position_[step.chain];
    if (step.reads) --left_[version_read(step)];
    if (step.writes) {
      not_ready(s);
      --writes_left_[step.key];
      current_[step.key] = s;
      for (const std::uint32_t reader : readers_[s]) queue_.push_back(reader);
    }
    look_again(step.key);
    graph_.each_edge(s, [&](const Edge& edge) {
      if (--waits_[edge.to] == 0) became_ready(edge.to);
    });
  }

  // Writes of the key that may have become safe.
  void look_again(std::uint32_t key) {
    const std::uint32_t now = current_[key];
    if (left_[now] == 1) {
      for (const std::uint32_t reader : readers_[now]) {
        if (!done_[reader]) queue_.push_back(reader);
      }
    }
    if (left_[now] != 0) return;
    queue_.insert(queue_.end(), ready_of_[key].begin(), ready_of_[key].end());
  }

  void undo() {
    const std::uint32_t s = trail_.back();
    const Step& step = problem_.steps[s];
    graph_.each_edge(s, [&](const Edge& edge) {
      if (waits_[edge.to]++ == 0 && problem_.steps[edge.to].writes) not_ready(edge.to);
    });
    if (step.writes) {
      now_ready(s);
      ++writes_left_[step.key];
    }
    if (step.reads) ++left_[version_read(step)];
    current_[step.key] = replaced_.back();
    --position_[step.chain];
    done_[s] = false;
    replaced_.pop_back();
    trail_.pop_back();
  }

  const Problem& problem_;
  std::uint64_t budget_;
  std::uint64_t most_failed_;
  Flaw flaw_;
  std::uint32_t n_;
  Graph graph_;
  std::vector<std::uint32_t> waits_;  // how many steps each one has to wait for
  std::vector<bool> done_;
  std::vector<std::vector<std::uint32_t>> readers_;  // of each version: steps, then initial ones
  std::vector<std::uint32_t> left_;                  // readers of each version still to come
  std::vector<std::uint32_t> current_;               // version of each key
  std::vector<std::uint32_t> writes_left_;           // of each key
  std::vector<std::uint32_t> position_;              // in each chain
  std::vector<std::uint32_t> priority_;
  std::set<std::pair<std::uint32_t, std::uint32_t>> ready_;  // writes that wait for nothing
  std::vector<std::set<std::uint32_t>> ready_of_;            // the same by key
  std::vector<std::uint32_t> queue_;
  std::vector<std::uint32_t> trail_, replaced_;
  std::unordered_set<std::string> failed_;  // states that lead nowhere
  std::uint64_t spent_ = 0;
};

void follow(Problem& problem, std::uint32_t from, std::uint32_t to) {
  if (from != none) problem.before.push_back({from, to, label(Link::Why::process), none});
}

// Sources as steps, and the order that they give.
void link_sources(const Observed& observed, Problem& problem,
                  const std::vector<std::uint32_t>& writer) {
  for (std::uint32_t s = 0; s < problem.steps.size(); ++s) {
    Step& step = problem.steps[s];
    if (!step.reads || observed.ops[step.op].source == none) continue;
    step.source = writer[observed.ops[step.op].source];
    problem.before.push_back({step.source, s, label(Link::Why::source), none});
  }
}

std::uint32_t add_step(Problem& problem, const Observed& observed, std::uint32_t op, bool reads,
                       bool writes, std::uint32_t chain) {
  Step step;
  step.op = op;
  step.key = observed.ops[op].key;
  step.reads = reads;
  step.writes = writes;
  step.chain = chain;
  step.place = static_cast<std::uint32_t>(problem.chains[chain].size());
  problem.chains[chain].push_back(static_cast<std::uint32_t>(problem.steps.size()));
  problem.steps.push_back(step);
  return problem.chains[chain].back();
}

}  // namespace

Problem sequential_problem(const Observed& observed, Flaw flaw) {
  Problem problem;
  problem.keys = observed.keys;
  std::vector<std::uint32_t> writer(observed.ops.size(), none);
  for (const auto& process : observed.processes) {
    std::uint32_t last = none;
    if (!process.empty()) problem.chains.emplace_back();
    for (const std::uint32_t op : process) {
      const Op& one = observed.ops[op];
      if (flaw == Flaw::process_order_of_reads) problem.chains.emplace_back();
      const auto chain = static_cast<std::uint32_t>(problem.chains.size() - 1);
      const std::uint32_t step = add_step(problem, observed, op, one.reads, one.writes, chain);
      if (flaw != Flaw::process_order_of_reads) follow(problem, last, step);
      if (one.writes) writer[op] = step;
      last = step;
    }
  }
  link_sources(observed, problem, writer);
  return problem;
}

Problem prefix_problem(const Observed& observed, Flaw flaw) {
  Problem problem;
  problem.keys = observed.keys;
  std::vector<std::uint32_t> writer(observed.ops.size(), none);
  for (const auto& process : observed.processes) {
    const auto reads = static_cast<std::uint32_t>(problem.chains.size());
    problem.chains.resize(reads + 2);
    std::uint32_t last_read = none;
    std::uint32_t last_write = none;
    for (const std::uint32_t op : process) {
      const Op& one = observed.ops[op];
      if (one.reads) {
        const std::uint32_t step = add_step(problem, observed, op, true, false, reads);
        follow(problem, last_read, step);
        if (flaw == Flaw::own_writes_wait) follow(problem, last_write, step);
        last_read = step;
      }
      if (one.writes) {
        writer[op] = add_step(problem, observed, op, one.reads, true, reads + 1);
        follow(problem, last_read, writer[op]);
        follow(problem, last_write, writer[op]);
        last_write = writer[op];
      }
    }
  }
  link_sources(observed, problem, writer);
  return problem;
}

SearchResult find_order(const Problem& problem, std::uint64_t budget, std::uint64_t memory,
                        Flaw flaw) {
  return Search(problem, budget, memory, flaw).run();
}

}  // namespace tribunal::checker::session
