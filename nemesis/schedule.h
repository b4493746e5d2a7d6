// Faults are data: a kind, a start, an end and targets. The same schedule drives every kind of
// cluster; a target states what it can do, and a schedule it cannot do is refused before anything
// starts.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/choices.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/settings.h"
#include "cluster/cluster.h"
#include "nemesis/harm.h"

namespace tribunal::nemesis {

// Draws of targets are keyed by the number of the kind: new ones come last.
enum class FaultKind : std::uint8_t {
  partition,
  pause,
  kill,
  power_loss,
  clock_step,
  clock_rate,
  clock_strobe,
  slow,
  lossy,
  duplicate,
  reorder,
  disk_slow,
  disk_full,
  disk_lie,
  disk_corrupt,
  membership,  // the leader lets the targets go; at the end it takes them back
  promote,
  corrupt,
  reset,       // of connections
  half_open,   // connections, for the sender only
  slow_close,  // of connections
  disk_error,
  crash_loop,     // killed and restarted again and again
  lost_requests,  // between clients and nodes
  lost_replies,
};
const char* name(FaultKind kind);
const std::vector<FaultKind>& fault_kinds();  // all, in the order of the enumeration

// Acts at once and needs no end: promote, and a clock step that nothing undoes before the run ends.
bool instantaneous(FaultKind kind);

// Whom a fault hits. Shapes of partitions and selectors of nodes share one vocabulary
// (docs/nemeses.md); `leader` and the random ones are resolved when the fault starts, from the
// cluster's state then and draws keyed by (seed, kind, start).
struct Target {
  std::string shape;  // a selector of nodes: "one" (also "random-node"), "minority", "majority",
                      // "minority-third", "all", "leader", "follower", "newest" (log),
                      // "majority-with-leader", "minority-with-leader", "random", "nodes"
                      // (explicit); or a partition: "halves", "majorities-ring", "bridge",
                      // "one-way", "grudge"
  std::vector<NodeId> nodes;  // for "nodes": ascending
  // For "grudge": receiver → those it hears nothing from (Jepsen's grudge).
  std::map<NodeId, std::vector<NodeId>> grudge;
  friend bool operator==(const Target&, const Target&) = default;
};

struct Fault {
  FaultKind kind{};
  Time start{};
  Time end{};  // healed then; equal to start: promote, or a clock step that stays
  Target target;
  cluster::LinkShape shape{};     // slow, lossy, duplicate, reorder
  std::uint32_t corrupt_ppm = 0;  // corrupt: how many of the frames
  Duration amount{};              // clock_step, clock_strobe (either sign), disk_slow, slow_close
  std::int64_t ppm = 0;           // clock_rate
  // clock_strobe: the clock jumps there or back this often. crash_loop: the node is killed at the
  // start of each period and restarted in its middle.
  Duration period{};
  friend bool operator==(const Fault&, const Fault&) = default;
};
using Schedule = std::vector<Fault>;  // ordered by start

// What `tribunal list nemeses` shows, and the settings of each (targets, interval, duration, ...).
const std::vector<Schema>& nemeses();

// A seeded schedule of the faults that start in [0, length): each nemesis alternates healthy and
// faulty spells. Draws are keyed by (seed, nemesis name, ordinal of the fault), so that dropping
// one fault or one nemesis leaves the others as they were, and a longer run begins with the faults
// of a shorter one.
Schedule seeded(const std::vector<Settings>& nemeses, std::uint64_t seed, std::uint16_t nodes,
                Duration length);

// The shortest period of a crash loop: a node that never gets to run is merely dead.
constexpr Duration shortest_crash_loop = milliseconds(10);

// Whether a cluster that is capable of these primitives can do such a fault.
bool supported(FaultKind kind, const std::set<cluster::Primitive>& capabilities);

// Errors name the fault and the kind of cluster, and list the faults that it can do.
Status check_support(const Schedule& schedule, const cluster::Cluster& cluster);
// The same for a cluster that is not there yet. `world`: as Cluster::world() says it.
Status check_support(const Schedule& schedule, const std::set<cluster::Primitive>& capabilities,
                     const char* world, std::uint16_t nodes);

// Carries a schedule out. The harness asks when the next step is due and calls step() at that time.
//
// The conductor keeps the set of faults that are active and derives from it the state that every
// link, node, clock and disk should be in; what it does is the difference to the state before. So
// overlapping faults compose, and the end of one never undoes another.
struct NemesisEvent {
  std::string
      f;  // "start-partition", "stop-partition", ...; "promote", "clock-step" when instantaneous
  std::string detail;  // what was hit, in words: "{n1} | {n2 n3 n4 n5}"
};
class Conductor {
 public:
  Conductor(Schedule schedule, std::uint64_t seed);
  std::optional<Time> next() const;                           // when step() is due; nullopt: done
  std::vector<NemesisEvent> step(cluster::Cluster& cluster);  // everything due at cluster.now()
  std::vector<NemesisEvent> heal_all(
      cluster::Cluster& cluster);  // end of run: undo what is still active

 private:
  struct Active {
    Fault fault;
    Aim aim;
    std::string detail;
    Time turn = Time::max();  // those with a period: when it changes next
    bool on = true;           // clock_strobe: the clock is off now; crash_loop: the node is down
    std::vector<std::string> refused;  // at its turns; each once
  };
  void start(const Fault& fault, cluster::Cluster& cluster, std::vector<NemesisEvent>& events);
  void turn(Active& active, cluster::Cluster& cluster);
  void finish(std::size_t active, cluster::Cluster& cluster, std::vector<NemesisEvent>& events);
  std::vector<std::string> settle(cluster::Cluster& cluster);
  Harm wanted(std::uint16_t nodes) const;

  Schedule schedule_;
  std::uint64_t seed_;
  std::size_t next_start_ = 0;
  std::vector<Active> active_;  // in the order in which they started
  Harm harm_;                   // what the cluster suffers now
};

}  // namespace tribunal::nemesis
