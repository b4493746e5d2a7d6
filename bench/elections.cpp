// How long a cluster is without a leader after its leader crashed, against the randomness of the
// election timeout: the shape of Figure 16 of Ongaro and Ousterhout, "In Search of an
// Understandable Consensus Algorithm" (2014). As there: five servers, a broadcast takes about 15
// ms, the leader crashes at a random moment of its heartbeat interval, which is half of the
// shortest timeout.
//
//   bench_elections [--trials N] [--seed N]
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/choices.h"
#include "cluster/simulated/simulated.h"
#include "sut/modes.h"

namespace {

using namespace tribunal;
using namespace tribunal::cluster;

constexpr std::uint16_t nodes = 5;
constexpr Duration give_up = seconds(10);

struct Point {
  int timeout_ms;
  int spread_ms;
};

std::string spelling(const Point& point) {
  return fmt::format(
      "raft:pre-vote=off,check-quorum=off,snapshot-every=0,heartbeat={}ms,election-timeout={}ms,"
      "election-spread={}ms",
      std::max(point.timeout_ms / 2, 1), point.timeout_ms, point.spread_ms);
}

std::optional<NodeId> leader(const Cluster& cluster) {
  std::optional<NodeId> found;
  std::uint64_t term = 0;
  for (std::uint16_t n = 0; n < nodes; ++n) {
    const NodeState state = cluster.state(NodeId{n});
    if (!state.alive || state.view.role != sut::Role::leader || state.view.term < term) continue;
    found = NodeId{n};
    term = state.view.term;
  }
  return found;
}

void run_for(Cluster& cluster, Duration length) {
  const Time end = cluster.now() + length;
  while (cluster.run_until(end)) {
  }
}

bool await_leader(Cluster& cluster, Duration limit) {
  const Time end = cluster.now() + limit;
  while (!leader(cluster) && cluster.now() < end) run_for(cluster, milliseconds(1));
  return leader(cluster).has_value();
}

// The servers start one after another: together, and without randomness, they might never elect.
bool boot(Cluster& cluster, const Point& point) {
  for (std::uint16_t n = 1; n < nodes; ++n) {
    if (!cluster.apply({Primitive::kill, NodeId{n}, {}, {}, {}, 0})) return false;
  }
  for (std::uint16_t n = 1; n < nodes; ++n) {
    run_for(cluster, milliseconds(std::max(point.timeout_ms / nodes, 20)));
    if (!cluster.apply({Primitive::restart, NodeId{n}, {}, {}, {}, 0})) return false;
  }
  return await_leader(cluster, seconds(60));
}

// nullopt: there was no leader to crash.
std::optional<Duration> trial(const Settings& mode, const Point& point, std::uint64_t seed) {
  SimulatedOptions options;
  options.nodes = nodes;
  options.seed = seed;
  options.latency = "uniform:5ms-10ms";
  const auto cluster = make_simulated(mode, options);
  if (!boot(*cluster, point)) return std::nullopt;
  const Duration heartbeat = milliseconds(std::max(point.timeout_ms / 2, 1));
  const auto moment = draw(seed, 0, "crash"_site, 0, static_cast<std::uint64_t>(heartbeat.count()));
  run_for(*cluster, 4 * heartbeat + nanoseconds(static_cast<std::int64_t>(moment)));
  if (!await_leader(*cluster, seconds(60))) return std::nullopt;
  const Time crash = cluster->now();
  (void)cluster->apply({Primitive::kill, *leader(*cluster), {}, {}, {}, 0});
  await_leader(*cluster, give_up);
  return cluster->now() - crash;
}

std::string milliseconds_of(const std::vector<Duration>& sorted, std::size_t percent) {
  const std::size_t place = std::min(sorted.size() * percent / 100, sorted.size() - 1);
  return fmt::format("{}", sorted[place].count() / 1'000'000);
}

void measure(const Point& point, std::uint64_t trials, std::uint64_t seed) {
  const auto mode = parse_settings("mode", spelling(point), sut::modes());
  if (!mode) {
    fmt::print(stderr, "{}\n", mode.error().message);
    return;
  }
  std::vector<Duration> found;
  for (std::uint64_t t = 0; t < trials; ++t) {
    if (const auto length = trial(*mode, point, seed + t)) found.push_back(*length);
  }
  const std::string range =
      fmt::format("{}-{}ms", point.timeout_ms, point.timeout_ms + point.spread_ms);
  if (found.empty()) {
    fmt::print("{:>10} {:>7}  never had a leader\n", range, 0);
    return;
  }
  std::sort(found.begin(), found.end());
  const auto late =
      std::count_if(found.begin(), found.end(), [](Duration length) { return length >= give_up; });
  fmt::print("{:>10} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7} {:>9.1f}\n", range, found.size(),
             milliseconds_of(found, 0), milliseconds_of(found, 10), milliseconds_of(found, 50),
             milliseconds_of(found, 90), milliseconds_of(found, 99), milliseconds_of(found, 100),
             100.0 * static_cast<double>(late) / static_cast<double>(found.size()));
  std::fflush(stdout);
}

void table(const char* title, const std::vector<Point>& points, std::uint64_t trials,
           std::uint64_t seed) {
  fmt::print("{}\n{:>10} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7} {:>9}\n", title, "timeout",
             "trials", "min", "p10", "median", "p90", "p99", "max", "% > 10s");
  for (const Point& point : points) measure(point, trials, seed);
  fmt::print("\n");
}

// The value of `--name`, or `otherwise`; nullopt: not a number.
std::optional<std::uint64_t> number(int argc, char** argv, const char* name,
                                    std::uint64_t otherwise) {
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::strcmp(argv[i], name) != 0) continue;
    std::uint64_t value = 0;
    const char* end = argv[i + 1] + std::strlen(argv[i + 1]);
    const auto parsed = std::from_chars(argv[i + 1], end, value);
    if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
    return value;
  }
  return otherwise;
}

}  // namespace

int main(int argc, char** argv) {
  const auto trials = number(argc, argv, "--trials", 1000);
  const auto seed = number(argc, argv, "--seed", 1);
  if (!trials || !seed || *trials == 0 || argc % 2 == 0) {
    fmt::print(stderr, "usage: bench_elections [--trials N] [--seed N]\n");
    return 64;
  }
  table("milliseconds without a leader: more randomness (Figure 16, top)",
        {{150, 0}, {150, 1}, {150, 5}, {150, 10}, {150, 25}, {150, 50}, {150, 150}}, *trials,
        *seed);
  table("milliseconds without a leader: shorter timeouts (Figure 16, bottom)",
        {{12, 12}, {25, 25}, {50, 50}, {100, 100}, {150, 150}}, *trials, *seed);
  return 0;
}
