// Prints t-visibility of the leaderless store under the latencies of Bailis et al. (VLDB 2012),
// beside the WARS model's prediction. Deterministic; takes a minute or two.
//
//   staleness [trials for each point, default 4000]
#include "bench/staleness.h"

#include <cstdlib>

namespace tribunal::bench {
namespace {

constexpr std::uint64_t wars_trials = 400'000;

std::string percent(double share) { return fmt::format("{:7.2f}", 100 * share); }
std::string show(Duration d) {
  return fmt::format("{:.2f} ms", static_cast<double>(d.count()) / 1e6);
}

// The shortest wait, to 2 %, after which the store's reads are consistent that often.
Duration store_wait_for(StoreTrials& store, double share, Duration guess, std::uint64_t trials) {
  if (store.consistent(Duration{}, trials) >= share) return Duration{};
  Duration low{};
  Duration high = std::max(2 * guess, Duration{1000});
  while (high - low > high / 50) {
    const Duration middle = low + (high - low) / 2;
    (store.consistent(middle, trials) >= share ? high : low) = middle;
  }
  return high;
}

void table(const std::string& latency, Quorums quorums, std::uint64_t trials) {
  Wars client(latency, quorums, true, 1);
  Wars coordinator(latency, quorums, false, 2);
  StoreTrials store(latency, quorums, 3);
  const Duration guess = client.wait_for(0.999, wars_trials);
  const Duration paper = coordinator.wait_for(0.999, wars_trials);
  const Duration scale = std::max(guess, milliseconds(1));
  fmt::print("\n{}  n=3 r={} w={}\n", latency, quorums.r, quorums.w);
  fmt::print("  {:>14}  {:>8}  {:>8}  {:>20}\n", "t after ack", "store %", "WARS %",
             "WARS, coordinators %");
  std::vector<Duration> waits;
  for (const int permille : {0, 5, 10, 20, 50, 100, 200, 500, 1000}) {
    waits.push_back(scale * permille / 1000);
  }
  const std::vector<double> predicted = client.consistent(waits, wars_trials);
  const std::vector<double> inside = coordinator.consistent(waits, wars_trials);
  for (std::size_t i = 0; i < waits.size(); ++i) {
    fmt::print("  {:>14}  {:>8}  {:>8}  {:>20}\n", show(waits[i]),
               percent(store.consistent(waits[i], trials)), percent(predicted[i]),
               percent(inside[i]));
  }
  fmt::print("  99.9 % after:  store {}, WARS {}; between coordinators, as in the paper: {}\n",
             show(store_wait_for(store, 0.999, guess, 2 * trials)), show(guess), show(paper));
}

}  // namespace
}  // namespace tribunal::bench

int main(int argc, char** argv) {
  const std::uint64_t trials = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 4000;
  if (trials == 0) {
    fmt::print(stderr, "usage: staleness [trials]\n");
    return 64;
  }
  fmt::print("The probability (%) that a read t after an acknowledged write returns it.\n");
  for (const char* latency : {"lnkd-ssd", "lnkd-disk", "ymmr"}) {
    for (const std::uint16_t r : {1, 2}) {
      for (const std::uint16_t w : {1, 2}) {
        tribunal::bench::table(latency, {r, w}, trials);
      }
    }
  }
  return 0;
}
