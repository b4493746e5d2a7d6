// See check.h. Keys are checked one by one or in parallel; the answer is put together in the order
// of the keys, so that it does not depend on how many threads there were.
#include "checker/check.h"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <chrono>
#include <mutex>
#include <thread>

#include "checker/linearizability/check_key.h"
#include "checker/linearizability/key_history.h"

namespace tribunal::checker {

namespace {

using linearizability::KeyHistory;
using linearizability::KeyResult;
using linearizability::Limits;
using Clock = std::chrono::steady_clock;

// Says when to stop early. Used from several threads.
class Watch {
 public:
  explicit Watch(const Options& options) : options_(options), start_(Clock::now()) {}

  std::string interrupted() {
    if (options_.time_budget.count() > 0 && Clock::now() - start_ >= options_.time_budget) {
      return "the time budget is used up";
    }
    if (!options_.cancelled) return "";
    const std::lock_guard<std::mutex> lock(mutex_);
    cancelled_ = cancelled_ || options_.cancelled();
    return cancelled_ ? "cancelled" : "";
  }

  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

 private:
  const Options& options_;
  Clock::time_point start_;
  std::mutex mutex_;
  bool cancelled_ = false;
};

class Checking {
 public:
  Checking(const history::History& history, const Options& options, std::vector<KeyHistory> keys,
           Watch& watch)
      : history_(history),
        options_(options),
        keys_(std::move(keys)),
        watch_(watch),
        results_(keys_.size()) {}

  std::vector<KeyResult> run() {
    const std::size_t threads =
        std::min<std::size_t>(std::max<std::uint32_t>(options_.threads, 1), keys_.size());
    if (threads <= 1) {
      for (std::size_t i = 0; i < keys_.size(); ++i) check(i, options_.memory_budget);
      return std::move(results_);
    }
    std::vector<std::thread> workers;
    for (std::size_t t = 0; t < threads; ++t) workers.emplace_back([&] { work(threads); });
    for (std::thread& worker : workers) worker.join();
    check_again();
    return std::move(results_);
  }

 private:
  void work(std::size_t threads) {
    for (std::size_t i = next_++; i < keys_.size(); i = next_++) {
      const std::uint64_t budget = options_.memory_budget;
      check(i, budget == 0 ? 0 : std::max<std::uint64_t>(budget / threads, 1));
    }
  }

  // What did not fit into its share gets all of the memory, alone and from the beginning, as it
  // would have in a single thread.
  void check_again() {
    if (options_.memory_budget == 0) return;
    std::vector<std::size_t> again;
    for (std::size_t i = 0; i < results_.size(); ++i) {
      const std::optional<Anomaly>& anomaly = results_[i].anomaly;
      const bool cut_short = options_.minimise && anomaly.has_value() && !anomaly->minimal;
      if (results_[i].out_of_memory || cut_short) again.push_back(i);
    }
    if (again.empty()) return;
    Result<std::vector<KeyHistory>> fresh = linearizability::split(history_, options_);
    assert(fresh.ok());  // it was before
    keys_ = std::move(fresh).value();
    for (const std::size_t i : again) check(i, options_.memory_budget);
  }

  void check(std::size_t i, std::uint64_t memory) {
    Limits limits;
    limits.steps = options_.step_budget;
    limits.memory = memory;
    limits.interrupted = [this] { return watch_.interrupted(); };
    results_[i] = check_key(history_, keys_[i], limits, options_.minimise);
    keys_[i].model.reset();  // and with it the states it has interned
  }

  const history::History& history_;
  const Options& options_;
  std::vector<KeyHistory> keys_;
  Watch& watch_;
  std::vector<KeyResult> results_;
  std::atomic<std::size_t> next_{0};
};

void conclude(std::vector<KeyResult> results, Check& check) {
  for (KeyResult& result : results) {
    check.validity = both(check.validity, result.proof.validity);
    if (check.reason.empty() && result.proof.validity == Validity::unknown) {
      check.reason = result.proof.reason;
    }
    check.steps += result.steps;
    if (result.anomaly.has_value()) check.anomalies.push_back(std::move(*result.anomaly));
    check.proofs.push_back(std::move(result.proof));
  }
  if (check.validity != Validity::unknown) check.reason.clear();
}

}  // namespace

Result<Check> check_linearizable(const history::History& history, const Options& options) {
  Watch watch(options);
  const Result<Options> resolved = linearizability::resolve(history, options);
  if (!resolved) return Failure{resolved.error()};
  Result<std::vector<KeyHistory>> keys = linearizability::split(history, *resolved);
  if (!keys) return Failure{keys.error()};
  Check check;
  check.name = "linearizable";
  check.model = resolved->model;
  check.algorithm = "Wing-Gong-Lowe search";
  check.validity = Validity::valid;
  check.operations = history.operations().size();
  conclude(Checking(history, *resolved, std::move(keys).value(), watch).run(), check);
  check.seconds = watch.seconds();
  return check;
}

}  // namespace tribunal::checker
