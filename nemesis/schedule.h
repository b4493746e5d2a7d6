// Faults are data: a kind, a start, an end and targets. The same schedule drives every kind of cluster;
// a target states what it can do, and a schedule it cannot do is refused before anything starts.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/choices.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/settings.h"
#include "cluster/cluster.h"

namespace tribunal::nemesis {

enum class FaultKind : std::uint8_t {
  partition, pause, kill, power_loss, clock_step, clock_rate, clock_strobe, slow, lossy, duplicate,
  reorder, disk_slow, disk_full, disk_lie, disk_corrupt, promote,
};
const char* name(FaultKind kind);

// Whom a fault hits. Shapes of partitions and selectors of nodes share one vocabulary; `leader` and the
// random ones are resolved when the fault starts (the cluster's state then, and keyed choices).
struct Target {
  std::string shape;               // "halves", "random-node", "leader", "majorities-ring", "bridge",
                                   // "one-way", "minority", "majority", "all", "nodes" (explicit), "grudge"
  std::vector<NodeId> nodes;       // for "nodes"
  // For "grudge": receiver → those it hears nothing from (Jepsen's grudge).
  std::map<NodeId, std::vector<NodeId>> grudge;
  friend bool operator==(const Target&, const Target&) = default;
};

struct Fault {
  FaultKind kind{};
  Time start{};
  Time end{};                      // healed then; equal to start for instantaneous faults (clock_step, promote)
  Target target;
  cluster::LinkShape shape{};      // slow, lossy, duplicate, reorder
  Duration amount{};               // clock_step, clock_strobe, disk_slow
  std::int64_t ppm = 0;            // clock_rate
  friend bool operator==(const Fault&, const Fault&) = default;
};
using Schedule = std::vector<Fault>;  // ordered by start

// What `tribunal list nemeses` shows, and the settings of each (targets, interval, duration, ...).
const std::vector<Schema>& nemeses();

// A seeded schedule over [0, length): each nemesis alternates healthy and faulty spells. Draws are keyed by
// (seed, nemesis name, ordinal of the fault), so that dropping one fault leaves the others as they were.
Schedule seeded(const std::vector<Settings>& nemeses, std::uint64_t seed, std::uint16_t nodes,
                Duration length);

// Errors name the fault and list what the cluster can do.
Status check_support(const Schedule& schedule, const cluster::Cluster& cluster);

// Carries a schedule out. The harness asks when the next step is due and calls step() at that time.
struct NemesisEvent {
  std::string f;                   // "start-partition", "stop-partition", "start-pause", ...
  std::string detail;              // what was hit, in words: "{n1} | {n2 n3 n4 n5}"
};
class Conductor {
 public:
  Conductor(Schedule schedule, std::uint64_t seed);
  std::optional<Time> next() const;                            // when step() is due; nullopt: done
  std::vector<NemesisEvent> step(cluster::Cluster& cluster);   // everything due at cluster.now()
  std::vector<NemesisEvent> heal_all(cluster::Cluster& cluster);  // end of run: undo what is still active

 private:
  struct Active {
    std::size_t fault;
    std::vector<cluster::Action> undo;
  };
  Schedule schedule_;
  std::uint64_t seed_;
  std::size_t next_start_ = 0;
  std::vector<Active> active_;
};

}  // namespace tribunal::nemesis
