// When operations happen: time_limit, stagger, delay, cycle_times.
#include <algorithm>
#include <optional>

#include "workloads/generators/node.h"

namespace tribunal::workloads {
namespace {

class TimeLimit final : public Node {
 public:
  TimeLimit(Duration length, std::optional<Time> cutoff, Generator inner)
      : length_(length), cutoff_(cutoff), inner_(std::move(inner)) {}

  Step op(const View& view) const override {
    Step step = next_op(inner_, view.child(0));
    std::optional<Time> cutoff = cutoff_;
    if (const auto* emitted = std::get_if<Emitted>(&step)) {
      if (!cutoff) cutoff = emitted->op.time + length_;
      if (emitted->op.time >= *cutoff) return Exhausted{};
    }
    return rewrap(std::move(step), [&](Generator rest) { return with(cutoff, std::move(rest)); });
  }

  Generator update(const Generator& self, const View& view, const Happening& event) const override {
    Generator inner = workloads::update(inner_, view.child(0), event);
    return inner == inner_ ? self : with(cutoff_, std::move(inner));
  }

 private:
  Generator with(std::optional<Time> cutoff, Generator inner) const {
    if (!inner) return nullptr;
    return std::make_shared<TimeLimit>(length_, cutoff, std::move(inner));
  }

  Duration length_;
  std::optional<Time> cutoff_;
  Generator inner_;
};

// `stagger` and `delay`: not before `next_`; they differ in how the time after that is found.
class Pace final : public Node {
 public:
  struct State {
    Duration gap;
    bool random;  // stagger: the gap is uniform in [0, 2·gap)
    std::optional<Time> next;
    std::uint64_t emitted = 0;
  };
  Pace(State state, Generator inner) : state_(state), inner_(std::move(inner)) {}

  Step op(const View& view) const override {
    Step step = next_op(inner_, view.child(0));
    State state = state_;
    if (auto* emitted = std::get_if<Emitted>(&step)) {
      const Time due = state.next.value_or(state.random ? view.now : emitted->op.time);
      emitted->op.time = std::max(emitted->op.time, due);
      if (state.random) {
        const auto bound = static_cast<std::uint64_t>(2 * state.gap.count());
        const std::uint64_t gap = view.draw("stagger"_site, state.emitted, bound);
        state.next = emitted->op.time + Duration{static_cast<std::int64_t>(gap)};
      } else {
        state.next = due + state.gap;  // from when it was due: catches up when late
      }
      ++state.emitted;
    }
    return rewrap(std::move(step), [&](Generator rest) { return with(state, std::move(rest)); });
  }

  Generator update(const Generator& self, const View& view, const Happening& event) const override {
    Generator inner = workloads::update(inner_, view.child(0), event);
    return inner == inner_ ? self : with(state_, std::move(inner));
  }

 private:
  static Generator with(State state, Generator inner) {
    if (!inner) return nullptr;
    return std::make_shared<Pace>(state, std::move(inner));
  }

  State state_;
  Generator inner_;
};

class CycleTimes final : public Node {
 public:
  using Lengths = std::shared_ptr<const std::vector<Duration>>;
  CycleTimes(Lengths lengths, Duration period, std::optional<Time> zero,
             std::vector<Generator> parts)
      : lengths_(std::move(lengths)), period_(period), zero_(zero), parts_(std::move(parts)) {}

  Step op(const View& view) const override {
    const Time zero = zero_.value_or(view.now);
    const Duration inside = (view.now - zero) % period_;
    Time start = view.now - inside;  // of the window, soon
    std::size_t at = 0;
    while (view.now >= start + (*lengths_)[at]) start += (*lengths_)[at++];
    // An operation that would fall behind its window belongs to a later one: the next generator is
    // asked as if its window had begun. After many rounds in vain time has to pass first.
    for (std::size_t asked = 0; asked < 1000 * parts_.size(); ++asked) {
      View then = view.child(at);
      then.now = std::max(view.now, start);
      Step step = next_op(parts_[at], then);
      const auto* emitted = std::get_if<Emitted>(&step);
      if (!emitted || emitted->op.time < start + (*lengths_)[at]) {
        return rewrap(std::move(step),
                      [&](Generator rest) { return with(zero, at, std::move(rest)); });
      }
      start += (*lengths_)[at];
      at = (at + 1) % parts_.size();
    }
    return Pending{with(zero, 0, parts_[0])};
  }

  Generator update(const Generator& self, const View& view, const Happening& event) const override {
    std::vector<Generator> parts = parts_;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      parts[i] = workloads::update(parts[i], view.child(i), event);
    }
    return parts == parts_ ? self : std::make_shared<CycleTimes>(lengths_, period_, zero_, parts);
  }

 private:
  Generator with(Time zero, std::size_t at, Generator part) const {
    std::vector<Generator> parts = parts_;
    parts[at] = std::move(part);
    return std::make_shared<CycleTimes>(lengths_, period_, zero, std::move(parts));
  }

  Lengths lengths_;
  Duration period_;
  std::optional<Time> zero_;  // the first question
  std::vector<Generator> parts_;
};

}  // namespace

Generator time_limit(Duration length, Generator inner) {
  if (!inner || length <= Duration::zero()) return nullptr;
  return std::make_shared<TimeLimit>(length, std::nullopt, std::move(inner));
}

Generator stagger(Duration mean, Generator inner) {
  if (!inner || mean <= Duration::zero()) return inner;
  return std::make_shared<Pace>(Pace::State{mean, true, std::nullopt, 0}, std::move(inner));
}

Generator delay(Duration gap, Generator inner) {
  if (!inner || gap <= Duration::zero()) return inner;
  return std::make_shared<Pace>(Pace::State{gap, false, std::nullopt, 0}, std::move(inner));
}

Generator cycle_times(std::vector<std::pair<Duration, Generator>> windows) {
  std::vector<Duration> lengths;
  std::vector<Generator> parts;
  Duration period{};
  for (auto& [length, part] : windows) {
    if (length <= Duration::zero()) continue;  // an empty window never has a turn
    lengths.push_back(length);
    parts.push_back(std::move(part));
    period += length;
  }
  if (parts.empty()) return nullptr;
  return std::make_shared<CycleTimes>(
      std::make_shared<const std::vector<Duration>>(std::move(lengths)), period, std::nullopt,
      std::move(parts));
}

}  // namespace tribunal::workloads
