// Which threads a generator may use: on_threads, clients, nemesis, reserve, synchronize.
#include <algorithm>

#include "workloads/generators/race.h"

namespace tribunal::workloads {
namespace {

// The lists behind a narrowed view; they live in the frame of the call.
struct Scratch {
  std::vector<Thread> threads;
  std::vector<Thread> free;
};

struct ClientsOnly {
  bool includes(Thread thread) const { return thread != Thread::nemesis; }
  View narrow(const View& view, Scratch&) const { return view.clients(); }
};

struct NemesisOnly {
  bool includes(Thread thread) const { return thread == Thread::nemesis; }
  View narrow(const View& view, Scratch&) const { return view.only(Thread::nemesis); }
};

struct Chosen {
  std::shared_ptr<const std::function<bool(Thread)>> predicate;
  bool includes(Thread thread) const { return (*predicate)(thread); }
  View narrow(const View& view, Scratch& scratch) const {
    std::copy_if(view.threads.begin(), view.threads.end(), std::back_inserter(scratch.threads),
                 *predicate);
    std::copy_if(view.free.begin(), view.free.end(), std::back_inserter(scratch.free), *predicate);
    View narrowed = view;
    narrowed.threads = scratch.threads;
    narrowed.free = scratch.free;
    return narrowed;
  }
};

template <class Who>
class OnThreads final : public Node {
 public:
  OnThreads(Who who, Generator inner) : who_(std::move(who)), inner_(std::move(inner)) {}

  Step op(const View& view) const override {
    Scratch scratch;
    return rewrap(next_op(inner_, who_.narrow(view, scratch).child(0)),
                  [&](Generator rest) { return with(std::move(rest)); });
  }

  Generator update(const Generator& self, const View& view, const Happening& event) const override {
    if (!who_.includes(event.thread)) return self;
    Scratch scratch;
    Generator inner = workloads::update(inner_, who_.narrow(view, scratch).child(0), event);
    return inner == inner_ ? self : with(std::move(inner));
  }

 private:
  Generator with(Generator inner) const {
    if (!inner) return nullptr;
    return std::make_shared<OnThreads>(who_, std::move(inner));
  }

  Who who_;
  Generator inner_;
};

template <class Who>
Generator on(Who who, Generator inner) {
  if (!inner) return nullptr;
  return std::make_shared<OnThreads<Who>>(std::move(who), std::move(inner));
}

class Reserve final : public Node {
 public:
  using Counts =
      std::shared_ptr<const std::vector<std::size_t>>;  // threads of each part but the last
  Reserve(Counts counts, std::vector<Generator> parts, std::uint64_t emitted)
      : counts_(std::move(counts)), parts_(std::move(parts)), emitted_(emitted) {}

  Step op(const View& view) const override {
    Race race(view, emitted_);
    std::vector<Generator> parts = parts_;
    bool waiting = false;
    for (std::size_t i = 0, first = 0; i < parts.size(); first += count(i++)) {
      const View slice = view.slice(first, count(i));
      // Without threads it could never emit, and so never end.
      Step step = slice.threads.empty() ? Step{Exhausted{}} : next_op(parts[i], slice.child(i));
      if (auto* emitted = std::get_if<Emitted>(&step)) {
        race.enter(i, std::move(*emitted), slice.threads.size());
      } else if (auto* pending = std::get_if<Pending>(&step)) {
        parts[i] = std::move(pending->next);
        waiting = true;
      } else {
        parts[i] = nullptr;
      }
    }
    if (race.decided()) {
      parts[race.winner()] = race.best().next;
      race.best().next = std::make_shared<Reserve>(counts_, std::move(parts), emitted_ + 1);
      return std::move(race.best());
    }
    if (waiting) return Pending{std::make_shared<Reserve>(counts_, std::move(parts), emitted_)};
    return Exhausted{};
  }

  Generator update(const Generator& self, const View& view, const Happening& event) const override {
    for (std::size_t i = 0, first = 0; i < parts_.size(); first += count(i++)) {
      const View slice = view.slice(first, count(i));
      if (!slice.has(event.thread)) continue;
      Generator part = workloads::update(parts_[i], slice.child(i), event);
      if (part == parts_[i]) return self;
      std::vector<Generator> parts = parts_;
      parts[i] = std::move(part);
      return std::make_shared<Reserve>(counts_, std::move(parts), emitted_);
    }
    return self;
  }

 private:
  std::size_t count(std::size_t part) const {
    return part < counts_->size() ? (*counts_)[part] : static_cast<std::size_t>(-1);
  }

  Counts counts_;
  std::vector<Generator> parts_;
  std::uint64_t emitted_;
};

// Once all threads are free it is gone from the tree; it therefore has no place of its own.
class Synchronize final : public Node {
 public:
  explicit Synchronize(Generator inner) : inner_(std::move(inner)) {}

  Step op(const View& view) const override {
    if (!view.all_free()) return Pending{std::make_shared<Synchronize>(inner_)};
    return next_op(inner_, view);
  }

  Generator update(const Generator& self, const View& view, const Happening& event) const override {
    Generator inner = workloads::update(inner_, view, event);
    return inner == inner_ ? self : synchronize(std::move(inner));
  }

 private:
  Generator inner_;
};

}  // namespace

Generator on_threads(std::function<bool(Thread)> predicate, Generator inner) {
  return on(Chosen{std::make_shared<const std::function<bool(Thread)>>(std::move(predicate))},
            std::move(inner));
}
Generator clients(Generator inner) { return on(ClientsOnly{}, std::move(inner)); }
Generator nemesis(Generator inner) { return on(NemesisOnly{}, std::move(inner)); }

Generator reserve(std::vector<std::pair<std::uint32_t, Generator>> first, Generator rest) {
  std::vector<std::size_t> counts;
  std::vector<Generator> parts;
  for (auto& [count, part] : first) {
    counts.push_back(count);
    parts.push_back(std::move(part));
  }
  parts.push_back(std::move(rest));
  return std::make_shared<Reserve>(
      std::make_shared<const std::vector<std::size_t>>(std::move(counts)), std::move(parts), 0);
}

Generator synchronize(Generator inner) {
  if (!inner) return nullptr;
  return std::make_shared<Synchronize>(std::move(inner));
}

}  // namespace tribunal::workloads
