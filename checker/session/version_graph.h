// The order of the versions of each key, as far as session guarantees determine it. Every
// constraint says "this version is not newer than that one"; they can be satisfied exactly when no
// two versions of a key lie on a cycle.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "checker/session/dependencies.h"
#include "checker/session/graph.h"
#include "checker/session/observed.h"

namespace tribunal::checker::session {

enum class Flaw : std::uint8_t;  // flaw.h

// Why version `from` comes before version `to`. Versions are named by the operation that wrote
// them, none: the initial one.
struct Constraint {
  enum class Why : std::uint8_t {
    initial,       // everything comes after the initial version
    own_write,     // `at` read `to` after its process had written `from`
    earlier_read,  // `at` read `to` after its process had read `from`, at `through`
    seen,          // `at` read `to` after its process had seen, at `through` (which read or wrote
                   // it), a write that depends on `from`
    depends        // `to` depends on `from`
  };
  Why why = Why::initial;
  std::uint32_t from = none;
  std::uint32_t to = none;
  std::uint32_t through = none;
  std::uint32_t at = none;
};

// Do all processes have to agree on one order of the versions of a key, or does each observe one of
// its own?
enum class Orders { one, one_for_each_process };

struct Conflict {
  std::uint32_t key = 0;
  std::vector<Constraint> cycle;        // each to the next, the last to the first; or ...
  std::vector<std::uint32_t> circular;  // ... operations that depend on themselves
};

// Nothing: the guarantees hold together. At most one conflict for each key, at most `limit`.
std::vector<Conflict> conflicts(const Observed& observed, Guarantees guarantees, Orders orders,
                                std::size_t limit);
// The same for tests, with a rule broken on purpose.
std::vector<Conflict> conflicts(const Observed& observed, Guarantees guarantees, Orders orders,
                                std::size_t limit, Flaw flaw);

}  // namespace tribunal::checker::session
