// From the words of a target to the nodes and links that are hit.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nemesis/harm.h"
#include "nemesis/schedule.h"

namespace tribunal::nemesis {

// Kinds of faults by what they act on.
bool acts_on_links(FaultKind kind);

// The target shapes that a kind of fault accepts in scripts, as text: "halves, leader, ..., or
// nodes".
const std::vector<std::string>& shapes_of(FaultKind kind);

struct Resolved {
  Aim aim;
  std::string whom;  // "{n1} | {n2 n3}", "n2 n5", "nothing"
};

// The leader is the live node that thinks it leads in the highest term; of several a keyed draw
// takes one; without any it takes any node.
Resolved resolve(const Fault& fault, std::uint64_t seed, const cluster::Cluster& cluster);

}  // namespace tribunal::nemesis
