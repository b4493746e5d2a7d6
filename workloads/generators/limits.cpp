// Ending early: limit, process_limit, concurrency_limit, until_ok.
#include <algorithm>

#include "workloads/generators/node.h"

namespace tribunal::workloads {
namespace {

using Processes = std::vector<history::Process>;  // ascending
using SharedProcesses = std::shared_ptr<const Processes>;

bool contains(const Processes& processes, history::Process process) {
  return std::binary_search(processes.begin(), processes.end(), process);
}

SharedProcesses with(const SharedProcesses& processes, history::Process process) {
  if (contains(*processes, process)) return processes;
  auto more = std::make_shared<Processes>(*processes);
  more->insert(std::upper_bound(more->begin(), more->end(), process), process);
  return more;
}

class Limit final : public Node {
 public:
  Limit(std::uint64_t left, Generator inner) : left_(left), inner_(std::move(inner)) {}

  Step op(const View& view) const override {
    Step step = next_op(inner_, view.child(0));
    const std::uint64_t left = left_ - (std::holds_alternative<Emitted>(step) ? 1 : 0);
    return rewrap(std::move(step), [&](Generator rest) { return limit(left, std::move(rest)); });
  }

  Generator update(const Generator& self, const View& view, const Happening& event) const override {
    Generator inner = workloads::update(inner_, view.child(0), event);
    return inner == inner_ ? self : limit(left_, std::move(inner));
  }

 private:
  std::uint64_t left_;
  Generator inner_;
};

class ProcessLimit final : public Node {
 public:
  ProcessLimit(std::uint64_t most, SharedProcesses seen, Generator inner)
      : most_(most), seen_(std::move(seen)), inner_(std::move(inner)) {}

  Step op(const View& all) const override {
    const View view = all.slice(0, most_);
    Step step = next_op(inner_, view.child(0));
    SharedProcesses seen = seen_;
    if (std::holds_alternative<Emitted>(step)) {
      // Every process that could have been used counts, not only those that were: otherwise one or
      // two threads would trickle on at the end.
      for (Thread thread : view.threads) seen = with(seen, view.process(thread));
      if (seen->size() > most_) return Exhausted{};
    }
    return rewrap(std::move(step), [&](Generator rest) { return rest_of(seen, std::move(rest)); });
  }

  Generator update(const Generator& self, const View& all, const Happening& event) const override {
    Generator inner = workloads::update(inner_, all.slice(0, most_).child(0), event);
    return inner == inner_ ? self : rest_of(seen_, std::move(inner));
  }

 private:
  Generator rest_of(SharedProcesses seen, Generator inner) const {
    if (!inner) return nullptr;
    return std::make_shared<ProcessLimit>(most_, std::move(seen), std::move(inner));
  }

  std::uint64_t most_;
  SharedProcesses seen_;
  Generator inner_;
};

class ConcurrencyLimit final : public Node {
 public:
  ConcurrencyLimit(std::uint64_t most, Generator inner) : most_(most), inner_(std::move(inner)) {}

  Step op(const View& view) const override {
    if (view.threads.size() - view.free.size() >= most_) return Pending{rest_of(inner_)};
    return rewrap(next_op(inner_, view.child(0)),
                  [&](Generator rest) { return rest_of(std::move(rest)); });
  }

  Generator update(const Generator& self, const View& view, const Happening& event) const override {
    Generator inner = workloads::update(inner_, view.child(0), event);
    return inner == inner_ ? self : rest_of(std::move(inner));
  }

 private:
  Generator rest_of(Generator inner) const { return concurrency_limit(most_, std::move(inner)); }

  std::uint64_t most_;
  Generator inner_;
};

using SharedPredicate = std::shared_ptr<const std::function<bool(const Happening&)>>;

class Until final : public Node {
 public:
  Until(SharedPredicate done, SharedProcesses active, Generator inner)
      : done_(std::move(done)), active_(std::move(active)), inner_(std::move(inner)) {}

  Step op(const View& view) const override {
    Step step = next_op(inner_, view.child(0));
    SharedProcesses active = active_;
    if (const auto* emitted = std::get_if<Emitted>(&step))
      active = with(active, emitted->op.process);
    return rewrap(std::move(step),
                  [&](Generator rest) { return rest_of(active, std::move(rest)); });
  }

  Generator update(const Generator& self, const View& view, const Happening& event) const override {
    SharedProcesses active = active_;
    if (event.type != history::EventType::invoke && contains(*active_, event.process)) {
      if ((*done_)(event)) return nullptr;
      auto fewer = std::make_shared<Processes>(*active_);
      std::erase(*fewer, event.process);
      active = std::move(fewer);
    }
    Generator inner = workloads::update(inner_, view.child(0), event);
    return inner == inner_ && active == active_ ? self
                                                : rest_of(std::move(active), std::move(inner));
  }

 private:
  Generator rest_of(SharedProcesses active, Generator inner) const {
    if (!inner) return nullptr;
    return std::make_shared<Until>(done_, std::move(active), std::move(inner));
  }

  SharedPredicate done_;
  SharedProcesses active_;  // processes that carry out an operation of ours
  Generator inner_;
};

}  // namespace

Generator limit(std::uint64_t n, Generator inner) {
  if (!inner || n == 0) return nullptr;
  return std::make_shared<Limit>(n, std::move(inner));
}

Generator process_limit(std::uint64_t n, Generator inner) {
  if (!inner || n == 0) return nullptr;
  return std::make_shared<ProcessLimit>(n, std::make_shared<const Processes>(), std::move(inner));
}

Generator concurrency_limit(std::uint64_t n, Generator inner) {
  if (!inner || n == 0) return nullptr;
  return std::make_shared<ConcurrencyLimit>(n, std::move(inner));
}

Generator until(std::function<bool(const Happening&)> done, Generator inner) {
  if (!inner) return nullptr;
  using Predicate = std::function<bool(const Happening&)>;
  return std::make_shared<Until>(std::make_shared<const Predicate>(std::move(done)),
                                 std::make_shared<const Processes>(), std::move(inner));
}

Generator until_ok(Generator inner) {
  return until([](const Happening& event) { return event.type == history::EventType::ok; },
               std::move(inner));
}

}  // namespace tribunal::workloads
