// Can an excerpt over cells or a text be put in order? A sweep over its events that keeps the set
// of configurations (state, which pending operations have taken effect), the way that Lowe,
// "Testing for linearizability" (2017), calls it just-in-time linearization: operations take effect
// only when one has to complete, and that one takes effect last. Nothing is ever undone or
// revisited.
//
// Four facts keep the set small, each of which loses no order:
//  - a pending operation without changes may take effect as soon as its demands are met;
//  - of pending operations of the same kind, the one that completes first may take effect first;
//  - optional operations of the same kind are interchangeable: it is enough to count them;
//  - having used fewer of them, with all else equal, is never worse.
#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "verify/states.h"

namespace tribunal::verify {

namespace {

constexpr std::size_t memory_limit = std::size_t{512} << 20;

// Optional operations that have taken effect: kind and how many, sorted by kind.
using Used = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

struct Configuration {
  StateNumber state = 0;
  std::vector<std::uint32_t> taken;  // required moves that have taken effect and not ended, sorted
  Used used;
};

bool no_more(const Used& a, const Used& b) {
  auto other = b.begin();
  for (const auto& [kind, count] : a) {
    while (other != b.end() && other->first < kind) ++other;
    if (other == b.end() || other->first != kind || other->second < count) return false;
  }
  return true;
}

// A set of configurations, without those that another one makes superfluous.
class Frontier {
 public:
  bool insert(const Configuration& c, Budget& budget) {
    std::vector<Used>& known = sets_[{c.state, c.taken}];
    budget.spend(known.size() / 8);  // comparing counts is cheap, but not when there are thousands
    if (std::any_of(known.begin(), known.end(),
                    [&](const Used& u) { return no_more(u, c.used); })) {
      return false;
    }
    std::erase_if(known, [&](const Used& u) { return no_more(c.used, u); });
    known.push_back(c.used);
    memory_ += 128 + 4 * c.taken.size() + 8 * c.used.size();
    return true;
  }

  std::vector<Configuration> list() const {
    std::vector<Configuration> out;
    for (const auto& [where, sets] : sets_) {
      for (const Used& used : sets) out.push_back({where.first, where.second, used});
    }
    return out;
  }

  bool empty() const { return sets_.empty(); }
  std::size_t memory_bytes() const { return memory_; }

 private:
  std::map<std::pair<StateNumber, std::vector<std::uint32_t>>, std::vector<Used>> sets_;
  std::size_t memory_ = 0;
};

bool contains(const std::vector<std::uint32_t>& sorted, std::uint32_t item) {
  return std::binary_search(sorted.begin(), sorted.end(), item);
}

void add(std::vector<std::uint32_t>& sorted, std::uint32_t item) {
  sorted.insert(std::lower_bound(sorted.begin(), sorted.end(), item), item);
}

std::uint32_t& count_of(Used& used, std::uint32_t kind) {
  auto at = std::lower_bound(used.begin(), used.end(), std::pair{kind, 0U});
  if (at == used.end() || at->first != kind) at = used.insert(at, {kind, 0});
  return at->second;
}

class Sweep {
 public:
  Sweep(const KeyHistory& key, const Excerpt& excerpt, Budget& budget)
      : moves_(excerpt.moves), budget_(budget), states_(key, excerpt) {
    Configuration first;
    first.state = states_.initial();
    now_.push_back(std::move(first));
  }

  Outcome run(const std::vector<Moment>& all) {
    for (const Moment& moment : all) {
      const bool enough = moment.ends ? end(moment.move) : start(moment.move);
      if (!enough) return Outcome::exhausted;
      if (now_.empty()) return Outcome::impossible;
    }
    return Outcome::possible;
  }

 private:
  // The pending moves of one kind. Optional ones differ in nothing but their number.
  struct Pending {
    std::vector<std::uint32_t> required;  // by end
    std::uint32_t optional = 0;
    std::uint32_t example = 0;  // any move of the kind
  };

  bool start(std::uint32_t move);
  bool end(std::uint32_t move);
  bool advance(const Configuration& from, std::uint32_t target, Frontier& next, Frontier& seen,
               std::vector<Configuration>& work);
  bool arrive(Configuration c, std::uint32_t target, Frontier& next, Frontier& seen,
              std::vector<Configuration>& work);

  const std::vector<Move>& moves_;
  Budget& budget_;
  States states_;
  std::map<std::uint32_t, Pending> pending_;  // by kind, without pure ones
  std::vector<std::uint32_t> pending_pure_;   // required moves that change nothing
  std::vector<Configuration> now_;
};

bool Sweep::start(std::uint32_t move) {
  const Move& starting = moves_[move];
  if (states_.pure(move)) {
    if (!starting.required) return true;  // says and does nothing here
    pending_pure_.push_back(move);
    for (Configuration& c : now_) {
      if (states_.meets(c.state, move)) add(c.taken, move);
    }
    return budget_.spend(now_.size());
  }
  Pending& same = pending_[states_.kind(move)];
  same.example = move;
  if (starting.required) {
    const auto by_end = [&](std::uint32_t a, std::uint32_t b) {
      return moves_[a].end < moves_[b].end;
    };
    same.required.insert(std::upper_bound(same.required.begin(), same.required.end(), move, by_end),
                         move);
  } else {
    ++same.optional;
  }
  return true;
}

// Takes every pure move that the state allows, then files the configuration: with those that have
// passed the target's end, or with those still on their way.
bool Sweep::arrive(Configuration c, std::uint32_t target, Frontier& next, Frontier& seen,
                   std::vector<Configuration>& work) {
  for (const std::uint32_t pure : pending_pure_) {
    if (!contains(c.taken, pure) && states_.meets(c.state, pure)) add(c.taken, pure);
  }
  const auto at = std::lower_bound(c.taken.begin(), c.taken.end(), target);
  if (at != c.taken.end() && *at == target) {
    c.taken.erase(at);
    next.insert(c, budget_);
  } else if (seen.insert(c, budget_)) {
    work.push_back(std::move(c));
  }
  return next.memory_bytes() + seen.memory_bytes() + states_.memory_bytes() <= memory_limit;
}

bool Sweep::advance(const Configuration& from, std::uint32_t target, Frontier& next, Frontier& seen,
                    std::vector<Configuration>& work) {
  for (const auto& [kind, same] : pending_) {
    const auto first = std::find_if(same.required.begin(), same.required.end(),
                                    [&](std::uint32_t m) { return !contains(from.taken, m); });
    const bool required = first != same.required.end();
    Configuration c = from;
    if (!required && ++count_of(c.used, kind) > same.optional) continue;
    if (!budget_.spend(1)) return false;
    const auto state = states_.after(from.state, required ? *first : same.example);
    if (!state || (!required && *state == from.state)) continue;
    c.state = *state;
    if (required) add(c.taken, *first);
    if (!arrive(std::move(c), target, next, seen, work)) return false;
  }
  return true;
}

bool Sweep::end(std::uint32_t move) {
  Frontier next;
  Frontier seen;
  std::vector<Configuration> work;
  for (Configuration& c : now_) {
    if (!budget_.spend(1) || !arrive(std::move(c), move, next, seen, work)) return false;
  }
  while (!work.empty()) {
    const Configuration c = std::move(work.back());
    work.pop_back();
    if (!advance(c, move, next, seen, work)) return false;
  }
  if (states_.pure(move)) {
    std::erase(pending_pure_, move);
  } else {
    const auto at = pending_.find(states_.kind(move));
    std::erase(at->second.required, move);
    if (at->second.required.empty() && at->second.optional == 0) pending_.erase(at);
  }
  now_ = next.list();
  return true;
}

}  // namespace

Outcome search_states(const KeyHistory& key, const Excerpt& excerpt, Budget& budget) {
  return Sweep(key, excerpt, budget).run(moments(excerpt));
}

}  // namespace tribunal::verify
