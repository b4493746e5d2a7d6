// How checking grows with the history: registers of a simulated atomic object, from a thousand to a
// million operations. The latency of an operation is spread so that `clients` of them overlap all
// the time.
#include <cstdint>
#include <queue>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/hash.h"
#include "checker/check.h"
#include "history/history.h"

namespace tribunal::checker {
namespace {

using history::EventType;
using history::History;
using history::Value;

struct Shape {
  std::int64_t operations = 1'000;
  std::int64_t clients = 5;
  std::int64_t values = 0;   // 0: every written value is new
  std::int64_t unknown = 0;  // per mille of operations that end in info
  bool cas = false;
  bool stale_read = false;  // the last read returns the value before the last
};

// Closed-loop clients: each operation takes effect at a random moment between its call and its
// return.
class Simulation {
 public:
  explicit Simulation(const Shape& shape) : shape_(shape) {
    read_ = history_.symbol("read");
    write_ = history_.symbol("write");
    cas_ = history_.symbol("cas");
  }

  History run() {
    for (std::int64_t c = 0; c < shape_.clients; ++c) schedule(c, below(1000), Phase::call);
    while (!queue_.empty()) {
      const Step step = queue_.top();
      queue_.pop();
      take(step);
    }
    if (shape_.stale_read) stale_read();
    return std::move(history_);
  }

 private:
  enum class Phase { call, effect, ret };
  struct Step {
    std::int64_t at;
    std::int64_t order;
    std::int64_t client;
    Phase phase;
    bool operator<(const Step& other) const {
      return at != other.at ? at > other.at : order > other.order;
    }
  };
  struct Client {
    history::Symbol f{};
    std::int64_t a = 0;
    std::int64_t b = 0;
    std::int64_t seen = 0;
    EventType outcome = EventType::ok;
    std::int64_t process = 0;
  };

  std::int64_t below(std::int64_t bound) {
    state_ += 0x9e3779b97f4a7c15ULL;
    return static_cast<std::int64_t>(mix64(state_) % static_cast<std::uint64_t>(bound));
  }
  void schedule(std::int64_t client, std::int64_t after, Phase phase) {
    queue_.push({now_ + 1 + after, order_++, client, phase});
  }
  std::int64_t new_value() { return shape_.values == 0 ? ++last_value_ : below(shape_.values); }

  void take(const Step& step) {
    now_ = step.at;
    Client& client = clients_[static_cast<std::size_t>(step.client)];
    if (step.phase == Phase::call) {
      if (issued_ == shape_.operations) return;
      ++issued_;
      if (client.process == 0) client.process = step.client + 1;
      choose(client);
      append(client, EventType::invoke);
      schedule(step.client, below(1000), Phase::effect);
    } else if (step.phase == Phase::effect) {
      client.outcome = below(1000) < shape_.unknown ? EventType::info : EventType::ok;
      if (client.outcome == EventType::ok || below(2) == 0) effect(client);
      schedule(step.client, below(1000), Phase::ret);
    } else {
      append(client, client.outcome);
      if (client.outcome == EventType::info) client.process += shape_.clients;
      schedule(step.client, 0, Phase::call);
    }
  }

  void choose(Client& client) {
    const std::int64_t pick = below(shape_.cas ? 3 : 2);
    client.f = pick == 0 ? read_ : pick == 1 ? write_ : cas_;
    client.a = pick == 2 && shape_.values == 0 ? value_ : new_value();
    client.b = pick == 2 ? new_value() : 0;
  }

  void effect(Client& client) {
    if (client.f == read_) client.seen = value_;
    if (client.f == write_) value_ = client.a;
    if (client.f != cas_) return;
    if (value_ != client.a) client.outcome = EventType::fail;
    if (value_ == client.a) value_ = client.b;
  }

  void append(const Client& client, EventType type) {
    history::Event event;
    event.process = static_cast<history::Process>(client.process);
    event.type = type;
    event.f = client.f;
    Value value = Value::integer(client.a);
    if (client.f == read_) value = type == EventType::ok ? Value::integer(client.seen) : Value{};
    if (client.f == cas_) value = Value::pair(Value::integer(client.a), Value::integer(client.b));
    event.value = history_.intern(value);
    if (!history_.append(event).ok()) std::abort();
  }

  void stale_read() {
    Client client;
    client.process = 1'000'000'000;
    for (const std::int64_t value : {std::int64_t{-2}, std::int64_t{-1}}) {
      client.f = write_;
      client.a = value;
      append(client, EventType::invoke);
      append(client, EventType::ok);
    }
    client.f = read_;
    client.seen = -2;
    append(client, EventType::invoke);
    append(client, EventType::ok);
  }

  Shape shape_;
  History history_;
  history::Symbol read_{};
  history::Symbol write_{};
  history::Symbol cas_{};
  std::priority_queue<Step> queue_;
  std::vector<Client> clients_{static_cast<std::size_t>(shape_.clients)};
  std::uint64_t state_ = 42;
  std::int64_t now_ = 0;
  std::int64_t order_ = 0;
  std::int64_t issued_ = 0;
  std::int64_t value_ = 0;
  std::int64_t last_value_ = 0;
};

void run(benchmark::State& state, const Shape& shape) {
  const History history = Simulation(shape).run();
  Options options;
  options.model = "cas-register";
  options.initial = Value::integer(0);
  options.time_budget = seconds(60);
  options.memory_budget = std::uint64_t{4} << 30;
  Check check;
  for (auto _ : state) {
    auto checked = check_linearizable(history, options);
    if (!checked.ok()) {
      state.SkipWithError(checked.error().message.c_str());
      return;
    }
    check = std::move(checked).value();
  }
  state.SetItemsProcessed(state.iterations() * shape.operations);
  state.counters["steps/op"] =
      static_cast<double>(check.steps) / static_cast<double>(shape.operations);
  state.SetLabel(std::string(name(check.validity)) + " " + check.reason);
}

// Arguments: operations, clients.
void unique_values(benchmark::State& state) {
  run(state, {.operations = state.range(0), .clients = state.range(1)});
}
void unique_values_and_unknown(benchmark::State& state) {
  run(state, {.operations = state.range(0), .clients = state.range(1), .unknown = 20});
}
void five_values_with_cas(benchmark::State& state) {
  run(state, {.operations = state.range(0), .clients = state.range(1), .values = 5, .cas = true});
}
void stale_read_at_the_end(benchmark::State& state) {
  run(state, {.operations = state.range(0), .clients = state.range(1), .stale_read = true});
}

void sizes(benchmark::internal::Benchmark* b) {
  b->Unit(benchmark::kMillisecond)->ArgNames({"operations", "clients"});
  for (const std::int64_t n : {1'000, 10'000, 100'000, 1'000'000}) b->Args({n, 1})->Args({n, 5});
  for (const std::int64_t n : {1'000, 10'000}) b->Args({n, 10});
}
BENCHMARK(unique_values)->Apply(sizes);
BENCHMARK(unique_values_and_unknown)->Apply(sizes);
BENCHMARK(five_values_with_cas)->Apply(sizes);
BENCHMARK(stale_read_at_the_end)->Apply(sizes);

}  // namespace
}  // namespace tribunal::checker
