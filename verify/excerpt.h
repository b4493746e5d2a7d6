// An excerpt made ready for the search: its operations with the demands that stand, and nothing
// else.
#pragma once

#include <cstdint>
#include <vector>

#include "verify/operations.h"
#include "verify/producers.h"

namespace tribunal::verify {

// An operation of the excerpt.
struct Move {
  std::uint32_t start = 0;
  std::uint32_t end = history::no_event;
  bool required = false;
  bool observes = false;  // what it observed stands, in part or as a whole
  std::vector<Part> demands, changes;
  bool appends = false;
};

struct Excerpt {
  std::vector<Move> moves;     // by start
  bool contradiction = false;  // one operation is impossible by itself
};

// Drops the demands whose producers are not all among `members`, and operations that then say and
// do nothing. `whole` counts the producers among all operations of the key.
Excerpt make_excerpt(const KeyHistory& key, const std::vector<const Op*>& members,
                     const Producers& whole);

// How much searching is still allowed; shared by the searches for one core.
struct Budget {
  std::uint64_t steps = 0;
  bool spend(std::uint64_t amount) {
    if (amount > steps) {
      steps = 0;
      return false;
    }
    steps -= amount;
    return true;
  }
};

enum class Outcome { possible, impossible, exhausted };

// Whether some order of the moves respects real time and every demand: an exhaustive sweep over the
// events that keeps all reachable configurations.
Outcome search(const KeyHistory& key, const Excerpt& excerpt, Budget& budget);

// The two kinds of sweep behind it.
Outcome search_states(const KeyHistory& key, const Excerpt& excerpt, Budget& budget);
Outcome search_elements(const KeyHistory& key, const Excerpt& excerpt, Budget& budget);

// Starts and required ends of the moves in the order of the history.
struct Moment {
  std::uint32_t at;
  std::uint32_t move;
  bool ends;
};
std::vector<Moment> moments(const Excerpt& excerpt);

}  // namespace tribunal::verify
