// Conflicts as locks. A transaction that conflicts with itself needs the lock exclusively; two
// sides that conflict only with one another share it among themselves (Balegas et al., "Putting
// consistency back into eventual consistency", EuroSys 2015, §5: multi-mode locks).
#include <algorithm>
#include <bit>
#include <map>
#include <set>

#include "checker/confluence/advice/parts.h"

namespace tribunal::checker::confluence::advice {
namespace {

using Edge = std::pair<std::uint32_t, std::uint32_t>;
using Keys = std::set<std::pair<std::uint32_t, std::uint32_t>>;  // parameters of either end

// Conflicts that one invariant causes and that hang together.
struct Group {
  std::vector<std::uint32_t> members;
  std::map<Edge, Keys> edges;
};

std::vector<Group> groups(const std::vector<Conflict>& conflicts, std::uint32_t invariant) {
  std::vector<Group> found;
  for (const Conflict& c : conflicts) {
    if (c.invariant != invariant) continue;
    Group joined;
    joined.members = {c.a, c.b};
    joined.edges[{c.a, c.b}] = Keys(c.equal.begin(), c.equal.end());
    for (auto g = found.begin(); g != found.end();) {
      const bool touches = std::any_of(g->members.begin(), g->members.end(),
                                       [&](std::uint32_t m) { return m == c.a || m == c.b; });
      if (!touches) {
        ++g;
        continue;
      }
      joined.members.insert(joined.members.end(), g->members.begin(), g->members.end());
      joined.edges.insert(g->edges.begin(), g->edges.end());
      g = found.erase(g);
    }
    std::sort(joined.members.begin(), joined.members.end());
    joined.members.erase(std::unique(joined.members.begin(), joined.members.end()),
                         joined.members.end());
    found.push_back(std::move(joined));
  }
  return found;
}

// A parameter for each member so that on every edge the two named are among those that must be
// equal for a conflict. Tries all, member by member.
bool assign_keys(const spec::Spec& spec, const Group& group, std::size_t next,
                 std::map<std::uint32_t, std::uint32_t>& chosen) {
  if (next == group.members.size()) return true;
  const std::uint32_t member = group.members[next];
  const auto parameters = static_cast<std::uint32_t>(spec.transactions[member].parameters.size());
  for (std::uint32_t p = 0; p < parameters; ++p) {
    chosen[member] = p;
    const bool fits = std::all_of(group.edges.begin(), group.edges.end(), [&](const auto& edge) {
      const auto& [ends, keys] = edge;
      const auto a = chosen.find(ends.first);
      const auto b = chosen.find(ends.second);
      if (a == chosen.end() || b == chosen.end()) return true;
      return keys.count({a->second, b->second}) != 0;
    });
    if (fits && assign_keys(spec, group, next + 1, chosen)) return true;
    chosen.erase(member);
  }
  return false;
}

// Which members share the lock: the larger side, if the group has two sides without conflicts
// within them; otherwise none.
std::set<std::uint32_t> sharers(const Group& group) {
  std::map<std::uint32_t, bool> side;
  for (bool again = true; again;) {
    again = false;
    for (const auto& [ends, keys] : group.edges) {
      const auto [a, b] = ends;
      if (a == b) return {};
      if (side.empty()) side[a] = false;
      for (const auto& [from, to] : {Edge{a, b}, Edge{b, a}}) {
        if (side.count(from) == 0) continue;
        if (side.count(to) == 0) {
          side[to] = !side[from];
          again = true;
        } else if (side[to] == side[from]) {
          return {};
        }
      }
    }
  }
  std::set<std::uint32_t> halves[2];
  for (const auto& [member, half] : side) halves[half ? 1 : 0].insert(member);
  return halves[0].size() >= halves[1].size() ? halves[0] : halves[1];
}

bool same_holders(const Lock& a, const Lock& b) {
  const auto equal = [](const Lock::Holder& x, const Lock::Holder& y) {
    return x.transaction == y.transaction && x.mode == y.mode && x.key == y.key;
  };
  return std::equal(a.holders.begin(), a.holders.end(), b.holders.begin(), b.holders.end(), equal);
}

}  // namespace

std::vector<Lock> locks(const spec::Spec& spec, const std::vector<Conflict>& conflicts) {
  std::vector<Lock> found;
  for (std::uint32_t i = 0; i < spec.invariants.size(); ++i) {
    for (const Group& group : groups(conflicts, i)) {
      std::map<std::uint32_t, std::uint32_t> keys;
      const bool keyed = assign_keys(spec, group, 0, keys);
      const std::set<std::uint32_t> shared = sharers(group);
      Lock lock;
      lock.invariants = {i};
      for (const std::uint32_t member : group.members) {
        const auto mode = shared.count(member) != 0 ? Lock::Mode::shared : Lock::Mode::exclusive;
        lock.holders.push_back(
            {member, mode, keyed ? std::optional(keys.at(member)) : std::nullopt});
      }
      const auto twin = std::find_if(found.begin(), found.end(),
                                     [&](const Lock& l) { return same_holders(l, lock); });
      if (twin != found.end()) {
        twin->invariants.push_back(i);
      } else {
        found.push_back(std::move(lock));
      }
    }
  }
  return found;
}

Coordination coordination(const std::vector<Lock>& locks) {
  Coordination apart;
  for (const Lock& lock : locks) {
    for (std::size_t i = 0; i < lock.holders.size(); ++i) {
      for (std::size_t j = i; j < lock.holders.size(); ++j) {
        const Lock::Holder& a = lock.holders[i];
        const Lock::Holder& b = lock.holders[j];
        if (a.mode == Lock::Mode::shared && b.mode == Lock::Mode::shared) continue;
        Apart pair{a.transaction, b.transaction, std::nullopt};
        if (a.key && b.key) pair.key = std::pair{*a.key, *b.key};
        apart.push_back(pair);
      }
    }
  }
  return apart;
}

std::vector<std::uint32_t> cover(const spec::Spec& spec, const std::vector<Conflict>& conflicts) {
  const std::size_t count = spec.transactions.size();
  std::set<Edge> edges;
  for (const Conflict& c : conflicts) edges.insert({c.a, c.b});
  std::vector<std::uint32_t> best;
  if (count <= 20) {
    std::uint32_t least = (1U << count) - 1;
    for (std::uint32_t set = 0; set < 1U << count; ++set) {
      if (std::popcount(set) >= std::popcount(least)) continue;
      const bool covers = std::all_of(edges.begin(), edges.end(), [&](const Edge& e) {
        return ((set >> e.first | set >> e.second) & 1U) != 0;
      });
      if (covers) least = set;
    }
    for (std::uint32_t t = 0; t < count; ++t) {
      if ((least >> t & 1U) != 0) best.push_back(t);
    }
    return best;
  }
  while (!edges.empty()) {  // whoever has the most conflicts left
    std::map<std::uint32_t, int> degree;
    for (const auto& [a, b] : edges) degree[a] += a == b ? static_cast<int>(count) : 1, ++degree[b];
    const auto most =
        std::max_element(degree.begin(), degree.end(), [](const auto& x, const auto& y) {
          return x.second < y.second;
        })->first;
    best.push_back(most);
    std::erase_if(edges, [&](const Edge& e) { return e.first == most || e.second == most; });
  }
  std::sort(best.begin(), best.end());
  return best;
}

}  // namespace tribunal::checker::confluence::advice
