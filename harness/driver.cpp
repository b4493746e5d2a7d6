#include "harness/driver.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/choices.h"
#include "harness/client.h"
#include "harness/spec_client.h"

namespace tribunal::harness {
namespace {

using history::EventType;
using history::Process;
using workloads::Generator;
using workloads::Thread;

// How often a generator that waits for time to pass is asked again (Jepsen's max-pending-interval).
constexpr Duration pending_interval = milliseconds(1);
// After the last operation, before anything is concluded from the replicas' states.
constexpr Duration quiet = seconds(3);

struct Worker {
  Process process{};
  bool busy = false;
  workloads::Op op;
  sut::Command command;
};

class Driver {
 public:
  Driver(cluster::Cluster& cluster, const workloads::Workload& workload,
         nemesis::Conductor& conductor, const DriverOptions& options)
      : cluster_(cluster), workload_(workload), conductor_(conductor), options_(options) {
    for (std::uint32_t t = 0; t < options.concurrency; ++t) {
      workers_.push_back({Process{static_cast<std::int32_t>(t)}, false, {}, {}});
      context_.threads.push_back(Thread{static_cast<std::int32_t>(t)});
      context_.processes.push_back(workers_.back().process);
    }
    context_.seed = options.seed;
  }

  Result<Recording> run() {
    faults_on_ = true;
    if (auto status = run_phase(workload_.main); !status) return Failure{status.error()};
    faults_on_ = false;
    if (broken_) return Recording{std::move(history_), stopped_};
    note(conductor_.heal_all(cluster_));
    if (!stopped_ && options_.recovery > Duration::zero()) {
      if (auto status = wait_until(cluster_.now() + options_.recovery); !status) {
        return Failure{status.error()};
      }
    }
    const Generator last = workload_.closing ? workload_.closing(history_) : workload_.final;
    if (!stopped_ && last) {
      if (auto status = run_phase(last); !status) return Failure{status.error()};
    }
    // What is still on its way between nodes arrives before replicas are compared.
    if (!stopped_ && options_.recovery > Duration::zero()) {
      if (auto status = wait_until(cluster_.now() + quiet); !status) return Failure{status.error()};
    }
    if (options_.record_states && !broken_) record_states();
    return Recording{std::move(history_), stopped_};
  }

 private:
  // Asks `generator` until it is exhausted and every operation has completed.
  Status run_phase(Generator generator) {
    generator_ = std::move(generator);
    while (true) {
      if (broken()) return {};
      if (auto status = run_nemesis(); !status) return status;
      report_progress();
      if (stopped_) generator_ = nullptr;
      const Time deadline = next_fault();
      refresh_context();
      const workloads::Step step = workloads::next_op(generator_, context_);
      if (const auto* emitted = std::get_if<workloads::Emitted>(&step)) {
        if (emitted->op.time <= cluster_.now()) {
          if (auto status = invoke(*emitted); !status) return status;
          continue;
        }
        if (auto status = advance(std::min(deadline, emitted->op.time)); !status) return status;
      } else if (std::holds_alternative<workloads::Exhausted>(step)) {
        generator_ = nullptr;
        if (busy_ == 0) return {};
        if (auto status = advance(deadline); !status) return status;
      } else {
        generator_ = std::get<workloads::Pending>(step).next;
        if (auto status = advance(std::min(deadline, cluster_.now() + pending_interval)); !status) {
          return status;
        }
      }
    }
  }

  // The cluster itself is: nothing that it does from now on counts. Open operations stay open.
  bool broken() {
    if (!cluster_.health()) broken_ = true;
    return broken_;
  }

  Status wait_until(Time end) {
    while (cluster_.now() < end) {
      if (broken()) return {};
      report_progress();
      if (stopped_) return {};
      if (auto status = advance(end); !status) return status;
    }
    return {};
  }

  // The next instant at which the nemesis has something to do; never later than a full second from
  // now, so that progress is shown and an interrupt is noticed.
  Time next_fault() const {
    const Time pulse = cluster_.now() + seconds(1);
    if (!faults_on_) return pulse;
    const auto due = conductor_.next();
    return due ? std::min(*due, pulse) : pulse;
  }

  Status run_nemesis() {
    if (!faults_on_) return {};
    const auto due = conductor_.next();
    if (due && *due <= cluster_.now()) note(conductor_.step(cluster_));
    return {};
  }

  void note(const std::vector<nemesis::NemesisEvent>& events) {
    for (const nemesis::NemesisEvent& event : events) {
      history::Event line;
      line.time = cluster_.now();
      line.process = Process::nemesis;
      line.type = EventType::info;
      line.f = history_.symbol(event.f);
      line.value = history_.intern(history::Value::string(event.detail));
      const auto appended = history_.append(line);
      assert(appended.ok());
      (void)appended;
    }
  }

  void refresh_context() {
    context_.now = cluster_.now();
    context_.free.clear();
    for (std::size_t t = 0; t < workers_.size(); ++t) {
      if (!workers_[t].busy) context_.free.push_back(context_.threads[t]);
      context_.processes[t] = workers_[t].process;
    }
  }

  Thread thread_of(Process process) const {
    return Thread{index(process) % static_cast<std::int32_t>(options_.concurrency)};
  }
  Worker& worker(Process process) {
    return workers_[static_cast<std::size_t>(static_cast<std::int32_t>(thread_of(process)))];
  }
  NodeId contact(Process process) {
    const std::uint16_t nodes = cluster_.node_count();
    if (options_.contact == Contact::random) {
      const std::uint64_t drawn = draw(options_.seed, 0, "contact"_site, invoked_, nodes);
      return NodeId{static_cast<std::uint16_t>(drawn)};
    }
    if (options_.contact == Contact::leader) {
      if (const auto leader = find_leader()) return *leader;
    }
    const auto thread = static_cast<std::int32_t>(thread_of(process));
    return NodeId{static_cast<std::uint16_t>(thread % nodes)};
  }

  std::optional<NodeId> find_leader() const {
    std::optional<NodeId> leader;
    std::uint64_t term = 0;
    for (std::uint16_t n = 0; n < cluster_.node_count(); ++n) {
      const cluster::NodeState state = cluster_.state(NodeId{n});
      if (!state.alive || state.view.role != sut::Role::leader) continue;
      if (leader && state.view.term <= term) continue;
      leader = NodeId{n};
      term = state.view.term;
    }
    return leader;
  }

  Status invoke(const workloads::Emitted& emitted) {
    Worker& w = worker(emitted.op.process);
    assert(!w.busy && w.process == emitted.op.process);
    auto command = workload_.program ? to_transaction(emitted.op, workload_.program)
                                     : to_command(emitted.op, workload_.reads);
    if (!command) return Failure{command.error()};
    w.busy = true;
    w.op = emitted.op;
    const NodeId node = emitted.op.node.value_or(contact(w.process));
    w.command = *command;
    ++busy_;
    ++invoked_;
    if (auto status = record(w, EventType::invoke, w.op.value, "", node); !status) return status;
    cluster_.invoke(ClientId{static_cast<std::uint32_t>(index(w.process))}, node, w.command,
                    options_.timeout);
    generator_ = happened(emitted.next, w, EventType::invoke, w.op.value);
    return {};
  }

  // Runs to the next completion or to `deadline`.
  Status advance(Time deadline) {
    const auto completion = cluster_.run_until(deadline);
    return completion ? complete(*completion) : Status{};
  }

  Status complete(const cluster::Completion& completion) {
    Worker& w = worker(Process{static_cast<std::int32_t>(index(completion.client))});
    assert(w.busy && index(w.process) == static_cast<std::int32_t>(index(completion.client)));
    const EventType type = completion.outcome == cluster::Outcome::ok     ? EventType::ok
                           : completion.outcome == cluster::Outcome::fail ? EventType::fail
                                                                          : EventType::info;
    // A read that got no answer changed nothing: recording it as failed is exact, and keeps
    // checking cheap.
    const bool idle = type == EventType::info && sut::is_read(w.command.kind);
    const bool mistaken = type == EventType::info && options_.timeouts == Timeouts::fail;
    const EventType recorded = idle || mistaken ? EventType::fail : type;
    const bool transaction = static_cast<bool>(workload_.program);
    const history::Value value = transaction
                                     ? completed_transaction(w.op, workload_.program, completion)
                                     : completed_value(w.op, w.command, completion);
    const std::string error =
        transaction ? transaction_error(workload_.program, completion) : completion.error;
    if (auto status = record(w, recorded, value, error, completion.node); !status) {
      return status;
    }
    w.busy = false;
    --busy_;
    const Worker before = w;
    if (recorded == EventType::info) {
      w.process = Process{index(w.process) + static_cast<std::int32_t>(options_.concurrency)};
    }
    refresh_context();
    generator_ = happened(generator_, before, recorded, value);
    return {};
  }

  Generator happened(const Generator& generator, const Worker& w, EventType type,
                     const history::Value& value) {
    if (!generator) return nullptr;
    refresh_context();
    const workloads::Happening event{cluster_.now(), w.process, thread_of(w.process),
                                     type,           w.op.f,    value};
    return workloads::update(generator, context_, event);
  }

  Status record(const Worker& w, EventType type, const history::Value& value,
                const std::string& error, NodeId node) {
    history::Event event;
    event.time = cluster_.now();
    event.process = w.process;
    event.type = type;
    event.f = history_.symbol(w.op.f);
    event.value = history_.intern(value);
    event.has_key = w.op.has_key;
    if (event.has_key) event.key = history_.intern(w.op.key);
    event.node = index(node);
    if (!error.empty()) event.error = history_.intern(history::Value::keyword(error));
    return history_.append(event);
  }

  // Under a key that is kept elsewhere, a node's state says so: it has nothing to agree on.
  std::vector<sut::Content> kept_elsewhere(
      NodeId node, const std::vector<std::vector<sut::Content>>& contents) const {
    const std::vector<sut::Content>& own = contents[index(node)];
    std::vector<sut::Content> elsewhere;
    if (!options_.keeps) return elsewhere;
    for (const std::vector<sut::Content>& others : contents) {
      for (const sut::Content& other : others) {
        const auto same = [&](const sut::Content& c) {
          return c.read == other.read && c.key == other.key;
        };
        if (options_.keeps(node, other.key) || std::any_of(own.begin(), own.end(), same) ||
            std::any_of(elsewhere.begin(), elsewhere.end(), same)) {
          continue;
        }
        elsewhere.push_back(other);
      }
    }
    return elsewhere;
  }

  void record_states() {
    std::vector<std::vector<sut::Content>> contents;  // by node
    for (std::uint16_t n = 0; n < cluster_.node_count(); ++n)
      contents.push_back(cluster_.contents(NodeId{n}));
    for (std::uint16_t n = 0; n < cluster_.node_count(); ++n) {
      if (!cluster_.state(NodeId{n}).alive) continue;
      history::Event line;
      line.time = cluster_.now();
      line.process = Process::nemesis;
      line.type = EventType::info;
      line.f = history_.symbol("state");
      line.value =
          history_.intern(contents_value(contents[n], kept_elsewhere(NodeId{n}, contents)));
      line.node = n;
      const auto appended = history_.append(line);
      assert(appended.ok());
      (void)appended;
    }
  }

  void report_progress() {
    if (!options_.progress) return;
    const Duration whole = options_.time + options_.recovery;
    const double fraction = whole.count() > 0 ? static_cast<double>(cluster_.now().count()) /
                                                    static_cast<double>(whole.count())
                                              : 0;
    if (!options_.progress(std::min(1.0, fraction), history_.size() / 2)) stopped_ = true;
  }

  cluster::Cluster& cluster_;
  const workloads::Workload& workload_;
  nemesis::Conductor& conductor_;
  const DriverOptions& options_;
  history::History history_;
  workloads::Context context_;
  std::vector<Worker> workers_;
  Generator generator_;
  std::uint32_t busy_ = 0;
  std::uint64_t invoked_ = 0;
  bool faults_on_ = false;
  bool stopped_ = false;
  bool broken_ = false;
};

}  // namespace

Result<Recording> drive(cluster::Cluster& cluster, const workloads::Workload& workload,
                        nemesis::Conductor& conductor, const DriverOptions& options) {
  return Driver(cluster, workload, conductor, options).run();
}

}  // namespace tribunal::harness
