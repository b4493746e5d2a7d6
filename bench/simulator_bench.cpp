// How fast the simulator is: five replicas of a mode with one log under load, protocol checks on.
//   messages/s   messages between nodes delivered, per second of wall time on one core
//   events/s     everything taken from the queue
//   operations/s client operations completed
//   sim:wall     simulated seconds per wall second
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include <benchmark/benchmark.h>

#include "base/choices.h"
#include "base/settings.h"
#include "cluster/simulated/simulated.h"
#include "sut/modes.h"

namespace {

using namespace tribunal;
using namespace tribunal::cluster;

Settings mode(const char* name) {
  auto parsed = parse_settings("mode", name, sut::modes());
  if (!parsed) {
    std::fprintf(stderr, "%s\n", parsed.error().message.c_str());
    std::exit(1);
  }
  return *parsed;
}

// Clients in a closed loop, a third of them reading; every one goes on at once with its next
// operation.
class Load {
 public:
  Load(Cluster& cluster, std::uint32_t clients) : cluster_(cluster) {
    for (std::uint32_t c = 0; c < clients; ++c) next(ClientId{c});
  }
  void run_until(Time deadline) {
    while (const auto done = cluster_.run_until(deadline)) {
      ++completed;
      // As the harness does: after an indeterminate outcome a fresh client takes over.
      next(done->outcome == Outcome::info ? ClientId{index(done->client) + 1000} : done->client);
    }
  }
  std::uint64_t completed = 0;

 private:
  void next(ClientId client) {
    const std::uint64_t n = ++count_;
    sut::Command command{sut::CommandKind::write, mix64(n) % 100, static_cast<std::int64_t>(n), 0};
    if (n % 3 == 0) command.kind = sut::CommandKind::read;
    cluster_.invoke(client, NodeId{static_cast<std::uint16_t>(n % 5)}, command, seconds(5));
  }
  Cluster& cluster_;
  std::uint64_t count_ = 0;
};

// Rotating faults, 400 ms each, all healed before the next.
class Faults {
 public:
  explicit Faults(Cluster& cluster) : cluster_(cluster) {}
  void next() {
    for (std::uint16_t n = 0; n < 5; ++n) heal(NodeId{n});
    const NodeId victim{static_cast<std::uint16_t>(mix64(round_) % 5)};
    switch (round_++ % 5) {
      case 0:
        links(victim, Primitive::cut);
        break;
      case 1:
        links(victim, Primitive::shape);
        break;
      case 2:
        (void)cluster_.apply({Primitive::pause, victim, {}, {}, {}, 0});
        break;
      case 3:
        (void)cluster_.apply({Primitive::kill, victim, {}, {}, {}, 0});
        break;
      case 4:
        (void)cluster_.apply({Primitive::clock_rate, victim, {}, {}, {}, 200'000});
        break;
    }
  }

 private:
  void heal(NodeId node) {
    links(node, Primitive::mend);
    const NodeState state = cluster_.state(node);
    if (!state.alive) (void)cluster_.apply({Primitive::restart, node, {}, {}, {}, 0});
    if (state.paused) (void)cluster_.apply({Primitive::resume, node, {}, {}, {}, 0});
    (void)cluster_.apply({Primitive::clock_reset, node, {}, {}, {}, 0});
  }
  void links(NodeId node, Primitive primitive) {
    LinkShape bad;
    bad.delay = milliseconds(5);
    bad.loss_ppm = 50'000;
    bad.duplicate_ppm = 50'000;
    bad.reorder_ppm = 100'000;
    bad.reorder_window = milliseconds(10);
    for (std::uint16_t peer = 0; peer < 5; ++peer) {
      if (NodeId{peer} == node) continue;
      (void)cluster_.apply({primitive, node, NodeId{peer}, bad, {}, 0});
      (void)cluster_.apply({primitive, NodeId{peer}, node, bad, {}, 0});
    }
  }
  Cluster& cluster_;
  std::uint64_t round_ = 0;
};

void simulate(benchmark::State& state, const char* name, bool faults) {
  const auto clients = static_cast<std::uint32_t>(state.range(0));
  SimulatedOptions options;
  options.retry = true;
  const auto cluster = make_simulated(mode(name), options);
  Load load(*cluster, clients);
  Faults nemesis(*cluster);
  load.run_until(seconds(5));  // elect a leader and reach the steady state
  const Statistics before = cluster->statistics();
  const std::uint64_t completed = load.completed;
  const Time start = cluster->now();
  for (auto _ : state) {
    if (faults) nemesis.next();
    load.run_until(cluster->now() + milliseconds(400));
  }
  const Statistics after = cluster->statistics();
  const auto rate = [](std::uint64_t n) {
    return benchmark::Counter(static_cast<double>(n), benchmark::Counter::kIsRate);
  };
  state.counters["messages/s"] = rate(after.messages_delivered - before.messages_delivered);
  state.counters["events/s"] = rate(after.events - before.events);
  state.counters["operations/s"] = rate(load.completed - completed);
  state.counters["sim:wall"] = benchmark::Counter(
      std::chrono::duration<double>(cluster->now() - start).count(), benchmark::Counter::kIsRate);
  if (!cluster->violations().empty()) state.SkipWithError("the protocol broke a promise");
}

void BM_Healthy(benchmark::State& state, const char* name) { simulate(state, name, false); }
void BM_Faulty(benchmark::State& state, const char* name) { simulate(state, name, true); }
void few_and_many(benchmark::internal::Benchmark* benchmark) {
  benchmark->Arg(10)->Arg(100)->Unit(benchmark::kMillisecond)->MinTime(3);
}
BENCHMARK_CAPTURE(BM_Healthy, single_leader, "single-leader")->Arg(1)->Apply(few_and_many);
BENCHMARK_CAPTURE(BM_Faulty, single_leader, "single-leader")->Apply(few_and_many);
BENCHMARK_CAPTURE(BM_Healthy, raft, "raft")->Arg(1)->Apply(few_and_many);
BENCHMARK_CAPTURE(BM_Faulty, raft, "raft")->Apply(few_and_many);

// Copying a whole simulation, as exploration does.
void BM_Clone(benchmark::State& state, const char* name) {
  const auto cluster = make_simulated(mode(name), {});
  Load load(*cluster, 10);
  load.run_until(seconds(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(cluster->clone());
}
BENCHMARK_CAPTURE(BM_Clone, single_leader, "single-leader")
    ->Arg(1)
    ->Arg(10)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(BM_Clone, raft, "raft")->Arg(1)->Arg(10)->Unit(benchmark::kMicrosecond);

}  // namespace
