// Shapes of partitions as grudges: receiver → those it hears nothing from (Jepsen). Pure functions.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/choices.h"
#include "base/ids.h"
#include "nemesis/harm.h"

namespace tribunal::nemesis {

using Nodes = std::vector<NodeId>;
using Grudge = std::map<NodeId, Nodes>;  // lists ascending, never empty

Nodes all_nodes(std::uint16_t count);
// A permutation from keyed draws (Fisher and Yates).
Nodes shuffled(Nodes nodes, Choices& choices);
constexpr std::size_t majority(std::size_t count) { return count / 2 + 1; }

// Nobody hears anybody of another component.
Grudge apart(const std::vector<Nodes>& components);

// Two halves, the first the smaller, that still share one node: the first of the second half.
Grudge bridge(const Nodes& nodes);

// Every node hears a majority, and no two nodes the same one: neighbours on a ring, in the order
// given. Exactly Jepsen's for five nodes, each hearing itself and two neighbours. Beyond five the
// windows are kept symmetric, so they may be one wider than a majority. Three nodes make a line,
// since on a ring of three everybody hears everybody; with fewer no two majorities differ, and
// nothing is cut.
Grudge majorities_ring(const Nodes& nodes);

// The receivers hear nothing from the senders; the other direction works.
Grudge deaf(const Nodes& receivers, const Nodes& senders);

std::vector<Link> links_of(const Grudge& grudge);  // ascending; without links of a node to itself

// "{n1} | {n2 n3}" when it separates components, else "n1 hears nothing from n2 n3; n2 ...".
std::string describe(const Grudge& grudge, std::uint16_t count);
std::string describe(const Nodes& nodes);  // "n1 n3"

}  // namespace tribunal::nemesis
