// How stale are partial quorums? Bailis et al., "Probabilistically Bounded Staleness for Practical
// Partial Quorums" (VLDB 2012): t-visibility is the probability that a read which begins t after a
// write was acknowledged returns it. Measured twice: on the simulated store, and by the paper's
// WARS model alone, from the same distributions of latencies.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/choices.h"
#include "base/settings.h"
#include "cluster/latency.h"
#include "cluster/simulated/simulated.h"
#include "sut/leaderless/placement.h"
#include "sut/modes.h"

namespace tribunal::bench {

struct Quorums {
  std::uint16_t r = 1;
  std::uint16_t w = 1;
};
inline constexpr std::size_t replicas = 3;

// ---- WARS: nothing but the race of messages (section 4.1 of the paper) ----
class Wars {
 public:
  // client_legs: as a client sees it, the acknowledgement and the read travel between client and
  // coordinators too; the paper measures at the coordinators.
  Wars(const std::string& latency, Quorums quorums, bool client_legs, std::uint64_t seed)
      : latency_(cluster::parse_latency(latency).value()),
        quorums_(quorums),
        legs_(client_legs),
        draws_(seed, 77) {}

  // The probability that a read is consistent after each of `waits`; all see the same trials.
  std::vector<double> consistent(const std::vector<Duration>& waits, std::uint64_t trials) {
    std::vector<std::uint64_t> hits(waits.size());
    for (std::uint64_t i = 0; i < trials; ++i) {
      const Duration needed = needed_wait();
      for (std::size_t k = 0; k < waits.size(); ++k) hits[k] += waits[k] >= needed ? 1 : 0;
    }
    std::vector<double> result;
    for (const std::uint64_t h : hits) {
      result.push_back(static_cast<double>(h) / static_cast<double>(trials));
    }
    return result;
  }
  // The wait after which a share of all reads is consistent.
  Duration wait_for(double share, std::uint64_t trials) {
    std::vector<Duration> needed;
    for (std::uint64_t i = 0; i < trials; ++i) needed.push_back(needed_wait());
    const auto place = static_cast<std::ptrdiff_t>(share * static_cast<double>(trials));
    std::nth_element(needed.begin(), needed.begin() + place, needed.end());
    return std::max(needed[static_cast<std::size_t>(place)], Duration{});
  }

 private:
  Duration sample(const cluster::Latency& latency) {
    const std::uint64_t which = draws_.below("part"_site, ~std::uint64_t{0});
    const std::uint64_t quantile = draws_.below("quantile"_site, ~std::uint64_t{0});
    return latency.sample(which, quantile);
  }
  // One trial: the shortest wait with which this read would have seen this write.
  Duration needed_wait() {
    std::array<Duration, replicas> arrives{}, acked{}, asked{};
    std::array<std::pair<Duration, std::size_t>, replicas> answers{};
    for (std::size_t i = 0; i < replicas; ++i) {
      arrives[i] = sample(latency_.data_messages);
      acked[i] = arrives[i] + sample(latency_.messages);
      asked[i] = sample(latency_.messages);
      answers[i] = {asked[i] + sample(latency_.messages), i};
    }
    std::sort(acked.begin(), acked.end());
    std::sort(answers.begin(), answers.end());
    Duration begins = acked[quorums_.w - 1U];
    if (legs_) {
      begins += sample(latency_.clients);
      begins += sample(latency_.clients);
    }
    Duration needed = Duration::max();
    for (std::size_t k = 0; k < quorums_.r; ++k) {
      const std::size_t replica = answers[k].second;
      needed = std::min(needed, arrives[replica] - asked[replica] - begins);
    }
    return needed;
  }

  cluster::LatencyProfile latency_;
  Quorums quorums_;
  bool legs_;
  Choices draws_;
};

// ---- the store: n4 takes writes, n5 takes reads, n1 to n3 hold the key ----
class StoreTrials {
 public:
  StoreTrials(const std::string& latency, Quorums quorums, std::uint64_t seed) {
    cluster::SimulatedOptions options;
    options.nodes = 5;
    options.seed = seed;
    options.latency = latency;
    // Nothing but messages takes time, and nothing but the write brings a replica up to date.
    const std::string mode = fmt::format(
        "leaderless:n=3,r={},w={},read-repair=off,anti-entropy=off,fsync=never,dedup=off,"
        "timeout=100s,resend=90s,anti-entropy-every=24h,checkpoint-every=100",
        quorums.r, quorums.w);
    store_ = cluster::make_simulated(parse_settings("mode", mode, sut::modes()).value(), options);
    while (sut::leaderless::Placement(5, 3).range_of(key_) != 0) ++key_;
  }

  double consistent(Duration wait, std::uint64_t trials) {
    std::uint64_t hits = 0;
    for (std::uint64_t i = 0; i < trials; ++i) hits += trial(wait) ? 1 : 0;
    return static_cast<double>(hits) / static_cast<double>(trials);
  }

 private:
  bool trial(Duration wait) {
    ++value_;
    call({sut::CommandKind::write, key_, value_, 0}, NodeId{3}, ClientId{1});
    pass(wait);
    const sut::Reply reply = call({sut::CommandKind::read, key_, 0, 0}, NodeId{4}, ClientId{2});
    pass(seconds(100));  // the next trial meets no message of this one
    return reply.value == value_;
  }
  sut::Reply call(const sut::Command& command, NodeId contact, ClientId client) {
    store_->invoke(client, contact, command, seconds(400));
    return store_->run_until(store_->now() + seconds(400))->reply;
  }
  void pass(Duration time) { (void)store_->run_until(store_->now() + time); }

  std::unique_ptr<cluster::SimulatedCluster> store_;
  std::uint64_t key_ = 0;
  std::int64_t value_ = 0;
};

}  // namespace tribunal::bench
