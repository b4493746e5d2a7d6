// Can an excerpt over a growing set be put in order? A sweep over its events that keeps the set of
// configurations (elements, which pending reads have taken effect).
//
// An add is only made when something needs it: when it completes, or when a read is to see its
// element. That loses no order, for adds commute, never undo anything, and adding what is there
// changes nothing; so which of several adds of an element took effect first does not matter either,
// only that one had started.
#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "verify/excerpt.h"

namespace tribunal::verify {

namespace {

constexpr std::size_t memory_limit = std::size_t{512} << 20;

struct Configuration {
  std::vector<bool> has;  // by number of the element
  std::size_t size = 0;
  std::vector<std::uint32_t> taken;  // reads that have taken effect and not ended, sorted

  friend auto key_of(const Configuration& c) { return std::tie(c.has, c.taken); }
  friend bool operator<(const Configuration& a, const Configuration& b) {
    return key_of(a) < key_of(b);
  }
};

class Sweep {
 public:
  Sweep(const KeyHistory& key, const Excerpt& excerpt, Budget& budget)
      : moves_(excerpt.moves), budget_(budget), elements_(excerpt.moves.size()) {
    // Number 0 is every element that no standing read has.
    std::map<std::uint64_t, std::uint32_t> numbers;
    for (std::size_t i = 0; i < moves_.size(); ++i) {
      for (const Part& part : moves_[i].demands) {
        const auto fresh = static_cast<std::uint32_t>(numbers.size() + 1);
        elements_[i].push_back(numbers.try_emplace(part.value.bits(), fresh).first->second);
      }
    }
    const auto number = [&](const Part& part) {
      const auto at = numbers.find(part.value.bits());
      return at == numbers.end() ? 0U : at->second;
    };
    for (std::size_t i = 0; i < moves_.size(); ++i) {
      for (const Part& part : moves_[i].changes) elements_[i].push_back(number(part));
    }
    started_.resize(numbers.size() + 1);
    Configuration first;
    first.has.resize(numbers.size() + 1);
    for (const history::ValueRef element : key.initial) insert(first, number({0, false, element}));
    now_.push_back(std::move(first));
  }

  Outcome run(const std::vector<Moment>& all) {
    for (const Moment& moment : all) {
      const bool read = moves_[moment.move].observes;
      bool enough = true;
      if (!moment.ends) {
        enough = read ? start_read(moment.move) : start_add(moment.move);
      } else {
        enough = read ? end_read(moment.move) : end_add(moment.move);
      }
      if (!enough) return Outcome::exhausted;
      if (now_.empty()) return Outcome::impossible;
    }
    return Outcome::possible;
  }

 private:
  static void insert(Configuration& c, std::uint32_t element) {
    if (c.has[element]) return;
    c.has[element] = true;
    ++c.size;
  }

  static bool took(const Configuration& c, std::uint32_t read) {
    return std::binary_search(c.taken.begin(), c.taken.end(), read);
  }

  static void take(Configuration& c, std::uint32_t read) {
    if (!took(c, read))
      c.taken.insert(std::lower_bound(c.taken.begin(), c.taken.end(), read), read);
  }

  // The set is a part of what the read saw, and operations that have started can add the rest.
  bool can_reach(const Configuration& c, std::uint32_t read) const {
    std::size_t shared = 0;
    for (const std::uint32_t element : elements_[read]) {
      if (c.has[element]) {
        ++shared;
      } else if (!started_[element]) {
        return false;
      }
    }
    return shared == c.size;
  }

  bool sees(const Configuration& c, std::uint32_t read) const {
    return c.size == elements_[read].size() && can_reach(c, read);
  }

  void take_all(Configuration& c) const {
    for (const std::uint32_t read : reads_) {
      if (sees(c, read)) take(c, read);
    }
  }

  bool start_add(std::uint32_t move) {
    started_[elements_[move][0]] = true;
    return true;
  }

  bool start_read(std::uint32_t move) {
    reads_.push_back(move);
    for (Configuration& c : now_) {
      if (sees(c, move)) take(c, move);
    }
    return budget_.spend(now_.size());
  }

  bool reach_reads(std::set<Configuration>& all);
  bool end_add(std::uint32_t move);
  bool end_read(std::uint32_t move);

  const std::vector<Move>& moves_;
  Budget& budget_;
  std::vector<std::vector<std::uint32_t>> elements_;  // by move: what it read or adds
  std::vector<bool> started_;                         // by element: some add of it has started
  std::vector<std::uint32_t> reads_;                  // pending
  std::vector<Configuration> now_;
};

// Everything that pending reads can lead to from the present configurations, these included.
bool Sweep::reach_reads(std::set<Configuration>& all) {
  std::vector<Configuration> work = now_;
  all.insert(now_.begin(), now_.end());
  const std::size_t one = now_.empty() ? 0 : 128 + now_.front().has.size() / 8;
  while (!work.empty()) {
    const Configuration from = std::move(work.back());
    work.pop_back();
    for (const std::uint32_t read : reads_) {
      if (!budget_.spend(1)) return false;
      if (took(from, read) || !can_reach(from, read)) continue;
      Configuration c = from;
      for (const std::uint32_t element : elements_[read]) insert(c, element);
      take_all(c);
      if (all.insert(c).second) work.push_back(std::move(c));
    }
    if (all.size() * one > memory_limit) return false;
  }
  return true;
}

bool Sweep::end_add(std::uint32_t move) {
  const std::uint32_t element = elements_[move][0];
  if (!budget_.spend(now_.size())) return false;
  if (reads_.empty()) {  // nothing can be told apart by when the element came
    for (Configuration& c : now_) insert(c, element);
    return true;
  }
  std::set<Configuration> all;
  if (!reach_reads(all)) return false;
  std::set<Configuration> next;
  for (Configuration c : all) {
    insert(c, element);
    take_all(c);
    next.insert(std::move(c));
  }
  now_.assign(next.begin(), next.end());
  return true;
}

bool Sweep::end_read(std::uint32_t move) {
  std::set<Configuration> all;
  if (!reach_reads(all)) return false;
  std::set<Configuration> next;
  for (Configuration c : all) {
    const auto at = std::lower_bound(c.taken.begin(), c.taken.end(), move);
    if (at == c.taken.end() || *at != move) continue;
    c.taken.erase(at);
    next.insert(std::move(c));
  }
  std::erase(reads_, move);
  now_.assign(next.begin(), next.end());
  return true;
}

}  // namespace

Outcome search_elements(const KeyHistory& key, const Excerpt& excerpt, Budget& budget) {
  return Sweep(key, excerpt, budget).run(moments(excerpt));
}

}  // namespace tribunal::verify
