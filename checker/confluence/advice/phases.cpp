// Times during which everybody may run freely: sets of transactions without a conflict among them
// (segments, in Whittaker and Hellerstein, "Interactive checks for coordination avoidance", VLDB
// 2018, §5).
#include <algorithm>
#include <set>

#include "checker/confluence/advice/parts.h"

namespace tribunal::checker::confluence::advice {

std::vector<std::vector<std::uint32_t>> free_of_conflict(const spec::Spec& spec,
                                                         const std::vector<Conflict>& conflicts) {
  constexpr std::size_t most = 16;  // all subsets are tried
  const std::size_t count = std::min(spec.transactions.size(), most);
  std::vector<std::uint32_t> hostile(count, 0);  // bit t: conflicts with t
  for (const Conflict& c : conflicts) {
    if (c.b >= count) continue;
    hostile[c.a] |= 1U << c.b;
    hostile[c.b] |= 1U << c.a;
  }
  const auto peaceful = [&](std::uint32_t set) {
    for (std::size_t t = 0; t < count; ++t) {
      if ((set >> t & 1U) != 0 && (hostile[t] & set) != 0) return false;
    }
    return true;
  };
  std::vector<std::vector<std::uint32_t>> found;
  for (std::uint32_t set = 1; set < 1U << count; ++set) {
    if (!peaceful(set)) continue;
    bool maximal = true;
    for (std::size_t t = 0; t < count && maximal; ++t) {
      if ((set >> t & 1U) == 0) maximal = !peaceful(set | 1U << t);
    }
    if (!maximal) continue;
    std::vector<std::uint32_t> phase;
    for (std::uint32_t t = 0; t < count; ++t) {
      if ((set >> t & 1U) != 0) phase.push_back(t);
    }
    found.push_back(std::move(phase));
  }
  return found;
}

}  // namespace tribunal::checker::confluence::advice
