// What a cluster suffers at one moment, as a value; two of them differ by a list of actions. This
// is what lets faults overlap: each adds to the harm, and its end takes away only what nobody else
// still wants.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "cluster/cluster.h"

namespace tribunal::nemesis {

using Link = std::pair<NodeId, NodeId>;  // from, to

// Whom one fault hits, after its target was resolved.
struct Aim {
  std::vector<NodeId> nodes;  // ascending
  std::vector<Link> links;    // ascending
};

struct LinkHarm {
  bool cut = false;
  cluster::LinkShape shape{};
  std::uint32_t corrupt_ppm = 0;
  bool reset = false;
  bool half_open = false;
  Duration slow_close{};
  friend bool operator==(const LinkHarm&, const LinkHarm&) = default;
};

struct NodeHarm {
  bool down = false;
  bool power = false;  // bring it down by power loss
  bool paused = false;
  bool clock = false;  // some fault bends its clocks
  Duration offset{};   // sum of the steps of its wall clock
  std::int64_t ppm = 0;
  Duration disk_slow{};
  bool disk_full = false;
  bool disk_error = false;
  bool lost_requests = false;
  bool lost_replies = false;
  bool disk_lie = false;
  friend bool operator==(const NodeHarm&, const NodeHarm&) = default;
};

struct Harm {
  std::vector<NodeHarm> nodes;
  std::map<Link, LinkHarm> links;  // absent: healthy
};

// The chance that at least one of two independent things happens, in parts per million.
std::uint32_t either(std::uint32_t a_ppm, std::uint32_t b_ppm);

// Two shapes on one link: delays add up, chances are independent, the narrower pipe counts.
cluster::LinkShape combined(const cluster::LinkShape& a, const cluster::LinkShape& b);

// The actions that lead from one state to the other. Both have the same number of nodes.
std::vector<cluster::Action> transition(const Harm& before, const Harm& after);

}  // namespace tribunal::nemesis
