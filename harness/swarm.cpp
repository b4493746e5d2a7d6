#include "harness/swarm.h"

#include <vector>

#include "base/choices.h"
#include "base/text.h"

namespace tribunal::harness {
namespace {

// Draws of one scenario. Each site is drawn from once, or counts its ordinal.
class Swarm {
 public:
  Swarm(const std::string& mode, std::uint64_t seed)
      : mode_(mode), choices_(combine(seed, hash_text("swarm")), hash_text(mode)) {}

  Scenario draw(std::uint64_t seed, const std::string& more) {
    Scenario s;
    s.name = "swarm-" + mode_;
    s.seed = seed;
    s.nodes = one("nodes"_site, std::vector<std::uint16_t>{3, 5, 5});
    s.concurrency = one("concurrency"_site, std::vector<std::uint32_t>{5, 10, 15});
    s.rate = one("rate"_site, std::vector<double>{30, 100, 200});
    s.latency =
        one("latency"_site, std::vector<std::string>{"lan", "uniform:1ms-20ms", "exponential:10ms",
                                                     "exponential:50ms"});
    // A multi-leader store does not recognise retries: it counts them twice.
    s.retry = choices_.chance("retry"_site, 500'000) && mode_ != "multi-leader";
    s.time = seconds(30);
    s.recovery = seconds(15);
    s.nemesis = nemeses();
    settings_ = more.empty() ? std::vector<std::string>{} : std::vector<std::string>{more};
    if (mode_ == "multi-leader")
      multi_leader(s);
    else if (mode_ == "leaderless")
      leaderless(s);
    else
      log_based(s);
    s.mode = mode_ + (settings_.empty() ? "" : ":" + join(settings_, ","));
    return s;
  }

 private:
  template <class T>
  T one(Site site, const std::vector<T>& from) {
    return from[choices_.below(site, from.size())];
  }
  void set(const char* key, Site site, const std::vector<std::string>& from) {
    settings_.push_back(std::string(key) + "=" + one(site, from));
  }

  std::string nemeses() {
    std::vector<std::string> all{"partition", "pause",     "kill",      "power-loss",
                                 "clock",     "slow",      "lossy",     "duplicate",
                                 "reorder",   "disk-slow", "disk-full", "swizzle"};
    if (mode_ == "raft") all.emplace_back("membership");
    const std::vector<std::string> aims{"random", "leader", "majority", "one"};
    std::vector<std::string> on;
    for (const std::string& name : all) {
      const bool in = choices_.chance("nemesis"_site, 400'000);
      const std::string aim = one("aim"_site, aims);
      const std::string interval =
          one("interval"_site, std::vector<std::string>{"500ms", "2s", "5s"});
      const std::string duration =
          one("duration"_site, std::vector<std::string>{"200ms", "1s", "3s"});
      if (!in) continue;
      const bool aimed = name != "swizzle" && name != "membership";
      on.push_back(name + ":interval=" + interval + ",duration=" + duration +
                   (aimed ? ",targets=" + aim : ""));
    }
    return on.empty() ? "none" : join(on, ",");
  }

  void log_based(Scenario& s) {
    s.workload = one("workload"_site,
                     std::vector<std::string>{"register:keys=2", "register:keys=10", "set"});
    s.expect = {"linearizable", "protocol", "termination"};
    // Raft makes progress only while messages are much faster than its timeouts (dissertation,
    // §3.9).
    if (s.latency == "exponential:50ms") {
      s.expect.pop_back();
      s.recovery = seconds(4);
    }
    set("snapshot-every", "snapshots"_site, {"5", "50", "1000"});
    set("heartbeat", "heartbeat"_site, {"50ms", "100ms"});
    set("election-timeout", "timeout"_site, {"200ms", "500ms", "1s"});
    if (mode_ == "raft") {
      set("election-spread", "spread"_site, {"10ms", "200ms", "1s"});
      set("max-batch", "batch"_site, {"1", "4", "64"});
      set("pipeline", "pipeline"_site, {"1", "4"});
      set("read", "read"_site, {"read-index", "log", "read-index"});
    } else {
      set("replication", "replication"_site, {"sync", "majority"});
    }
  }

  void multi_leader(Scenario& s) {
    set("topology", "topology"_site, {"all-to-all", "ring", "star"});
    set("snapshot-every", "snapshots"_site, {"5", "50", "1000"});
    set("keep-log", "keep"_site, {"5", "100"});
    set("clock", "clock"_site, {"hybrid", "lamport", "version-vector"});
    converging(s);
    if (s.workload.starts_with("register")) s.expect.emplace_back("causal-convergence");
  }

  void leaderless(Scenario& s) {
    if (choices_.chance("abd"_site, 500'000)) {
      set("write", "abd-write"_site, {"read-first"});
      set("read-repair", "abd-repair"_site, {"sync"});
      s.workload = one("workload"_site,
                       std::vector<std::string>{"register:keys=2,cas=0", "register:keys=10,cas=0"});
      s.expect = {"linearizable"};
    } else {
      set("sloppy", "sloppy"_site, {"on", "off"});
      set("clock", "clock"_site, {"hybrid", "lamport", "version-vector"});
      converging(s);
    }
    set("checkpoint-every", "snapshots"_site, {"5", "50", "1000"});
  }

  // Stores that answer first and agree later: what is merged by type must lose nothing.
  void converging(Scenario& s) {
    const auto kind = choices_.below("kind"_site, 3);
    settings_.emplace_back("conflict=crdt");
    s.workload = kind == 0 ? "set" : kind == 1 ? "counter:final-only=on" : "register:cas=0";
    s.expect = {"eventual-convergence"};
    if (kind == 0) s.expect.emplace_back("set");
    if (kind == 1) s.expect.emplace_back("counter");
  }

  std::string mode_;
  Choices choices_;
  std::vector<std::string> settings_;
};

}  // namespace

Scenario swarm(const std::string& mode, std::uint64_t seed, const std::string& more) {
  return Swarm(mode, seed).draw(seed, more);
}

}  // namespace tribunal::harness
