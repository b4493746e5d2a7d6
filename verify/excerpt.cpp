// Which observations of a core stand, and in what order its events come.
#include "verify/excerpt.h"

#include <algorithm>

namespace tribunal::verify {

Excerpt make_excerpt(const KeyHistory& key, const std::vector<const Op*>& members,
                     const Producers& whole) {
  Excerpt out;
  const Producers present(key, members);
  for (const Op* op : members) {
    if (op->failed || KeyHistory::idle(*op)) continue;
    out.contradiction = out.contradiction || op->broken;
    Move move;
    move.start = op->invocation;
    move.end = op->end;
    move.required = op->required;
    move.appends = op->appends;
    if (op->observes) {
      const std::vector<bool> stands = standing(key, *op, whole, present);
      const auto demands = key.demands_of(*op);
      for (std::size_t i = 0; i < demands.size(); ++i) {
        if (stands[i]) move.demands.push_back(demands[i]);
      }
      move.observes = std::find(stands.begin(), stands.end(), true) != stands.end();
    }
    const auto changes = key.changes_of(*op);
    move.changes.assign(changes.begin(), changes.end());
    if (!move.observes && move.changes.empty()) continue;
    out.moves.push_back(std::move(move));
  }
  return out;
}

std::vector<Moment> moments(const Excerpt& excerpt) {
  std::vector<Moment> out;
  for (std::uint32_t i = 0; i < excerpt.moves.size(); ++i) {
    const Move& move = excerpt.moves[i];
    out.push_back({move.start, i, false});
    if (move.required) out.push_back({move.end, i, true});
  }
  std::sort(out.begin(), out.end(), [](const Moment& a, const Moment& b) { return a.at < b.at; });
  return out;
}

Outcome search(const KeyHistory& key, const Excerpt& excerpt, Budget& budget) {
  if (excerpt.contradiction) return Outcome::impossible;
  if (key.domain == Domain::elements) return search_elements(key, excerpt, budget);
  return search_states(key, excerpt, budget);
}

}  // namespace tribunal::verify
