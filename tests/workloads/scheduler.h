// A small scheduler for testing generators: a perfect, crashing or random system answers each
// operation, and time passes only when somebody has to wait. Everything is a function of its
// arguments.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/choices.h"
#include "workloads/generator.h"

namespace tribunal::workloads::testing {

using history::EventType;
using history::Process;
using history::Value;

struct Line {
  Time time{};
  Process process{};
  Thread thread{};
  EventType type{};
  std::string f;
  Value value;
  Value key;
  bool has_key = false;
  friend bool operator==(const Line&, const Line&) = default;
};

// How the system answers the n-th operation.
struct Answer {
  EventType type = EventType::ok;
  Duration latency = nanoseconds(10);
  std::optional<Value> value;  // default: that of the invocation
};
using System = std::function<Answer(const Op&, std::uint64_t n)>;

inline Answer perfect(const Op&, std::uint64_t) { return {}; }
inline Answer instant(const Op&, std::uint64_t) { return {EventType::ok, Duration{}, {}}; }
inline Answer crashing(const Op&, std::uint64_t) { return {EventType::info, nanoseconds(10), {}}; }
inline Answer failing(const Op&, std::uint64_t) { return {EventType::fail, nanoseconds(10), {}}; }
// Latencies uniform in [1, bound] and one outcome in `crash_one_in` unknown.
inline System random_system(std::uint64_t seed, std::uint64_t bound,
                            std::uint64_t crash_one_in = 0) {
  return [=](const Op&, std::uint64_t n) {
    const auto latency = 1 + static_cast<std::int64_t>(draw(seed, 0, "latency"_site, n, bound));
    const bool crash = crash_one_in != 0 && draw(seed, 0, "crash"_site, n, crash_one_in) == 0;
    return Answer{crash ? EventType::info : EventType::ok, nanoseconds(latency), {}};
  };
}

struct World {
  std::int32_t concurrency = 2;
  bool nemesis = false;
  std::uint64_t seed = 1;
  Duration tick = nanoseconds(1);  // how long to wait when a generator only wants time to pass
  std::uint64_t most_lines = 100'000;
  Duration give_up = seconds(3600);  // of waiting with nothing in flight
};

struct Trace {
  std::vector<Line> lines;
  bool stuck = false;  // pending for ever with nothing in flight
  bool cut = false;    // at most_lines
  Time end{};

  std::vector<Line> invocations() const {
    std::vector<Line> out;
    for (const Line& line : lines) {
      if (line.type == EventType::invoke) out.push_back(line);
    }
    return out;
  }
  std::vector<std::int64_t> times() const {
    std::vector<std::int64_t> out;
    for (const Line& line : invocations()) out.push_back(line.time.count());
    return out;
  }
  std::vector<std::int32_t> processes() const {
    std::vector<std::int32_t> out;
    for (const Line& line : invocations()) out.push_back(history::index(line.process));
    return out;
  }
  std::string fs() const {  // "read write read"
    std::string out;
    for (const Line& line : invocations()) out += (out.empty() ? "" : " ") + line.f;
    return out;
  }
};

class Scheduler {
 public:
  Scheduler(const World& world, System system) : world_(world), system_(std::move(system)) {
    context_.seed = world.seed;
    for (std::int32_t t = 0; t < world.concurrency; ++t) add(Thread{t}, Process{t});
    if (world.nemesis) add(Thread::nemesis, Process::nemesis);
  }

  Trace run(Generator generator) {
    Time waited{};
    while (run_.lines.size() < world_.most_lines) {
      Step step = next_op(generator, context_);
      if (std::holds_alternative<Exhausted>(step)) {
        if (in_flight_.empty()) return finish();
        generator = complete(nullptr);
        continue;
      }
      auto* emitted = std::get_if<Emitted>(&step);
      const bool first =
          emitted && (in_flight_.empty() || emitted->op.time <= in_flight_.front().time);
      if (first) {
        waited = {};
        generator = invoke(*emitted);
      } else if (!in_flight_.empty()) {
        // A proposal that comes later than a completion is dropped; a waiting state is kept.
        if (auto* pending = std::get_if<Pending>(&step)) generator = pending->next;
        generator = complete(generator);
      } else {
        generator = std::get<Pending>(step).next;
        context_.now += world_.tick;
        waited += world_.tick;
        if (waited > world_.give_up || waited > 1'000'000 * world_.tick) {
          run_.stuck = true;
          return finish();
        }
      }
    }
    run_.cut = true;
    return finish();
  }

 private:
  void add(Thread thread, Process process) {
    context_.threads.push_back(thread);
    context_.free.push_back(thread);
    context_.processes.push_back(process);
  }

  std::size_t position(Process process) const {
    const auto found = std::find(context_.processes.begin(), context_.processes.end(), process);
    if (found == context_.processes.end())
      throw std::runtime_error("operation of an unknown process");
    return static_cast<std::size_t>(found - context_.processes.begin());
  }

  void set_free(std::size_t at, bool free) {
    busy_.resize(context_.threads.size());
    busy_[at] = !free;
    context_.free.clear();
    for (std::size_t i = 0; i < busy_.size(); ++i) {
      if (!busy_[i]) context_.free.push_back(context_.threads[i]);
    }
  }

  Generator record(const Generator& generator, const Line& line) {
    run_.lines.push_back(line);
    Happening event;
    event.time = line.time;
    event.process = line.process;
    event.thread = line.thread;
    event.type = line.type;
    event.f = line.f;
    event.value = line.value;
    return update(generator, context_, event);
  }

  Generator invoke(const Emitted& emitted) {
    const Op& op = emitted.op;
    const std::size_t at = position(op.process);
    const Thread thread = context_.threads[at];
    if (std::count(context_.free.begin(), context_.free.end(), thread) == 0) {
      throw std::runtime_error("operation of a busy process");
    }
    if (op.time < context_.now) throw std::runtime_error("operation in the past");
    context_.now = op.time;
    set_free(at, false);
    const Answer answer = system_(op, invoked_++);
    Line line{op.time, op.process, thread, EventType::invoke, op.f, op.value, op.key, op.has_key};
    Line completion = line;
    completion.time += answer.latency;
    completion.type = answer.type;
    if (answer.value) completion.value = *answer.value;
    const auto after =
        std::upper_bound(in_flight_.begin(), in_flight_.end(), completion,
                         [](const Line& a, const Line& b) { return a.time < b.time; });
    in_flight_.insert(after, completion);
    return record(emitted.next, line);
  }

  Generator complete(const Generator& generator) {
    const Line line = in_flight_.front();
    in_flight_.erase(in_flight_.begin());
    context_.now = std::max(context_.now, line.time);
    const std::size_t at = position(line.process);
    set_free(at, true);
    Generator next = record(generator, line);
    if (line.type == EventType::info && line.thread != Thread::nemesis) {
      context_.processes[at] = Process{history::index(line.process) + world_.concurrency};
    }
    return next;
  }

  Trace finish() {
    run_.end = context_.now;
    return run_;  // a second run goes on with the same trace
  }

  World world_;
  System system_;
  Context context_;
  std::vector<bool> busy_;
  std::vector<Line> in_flight_;  // completions, by time
  std::uint64_t invoked_ = 0;
  Trace run_;
};

inline Trace simulate(Generator generator, System system = perfect, const World& world = {}) {
  return Scheduler(world, std::move(system)).run(std::move(generator));
}

inline Template op(std::string f, Value value = {}) {
  return {std::move(f), std::move(value), {}, false};
}
inline Generator all(std::string f) { return repeat(op(std::move(f))); }

}  // namespace tribunal::workloads::testing
