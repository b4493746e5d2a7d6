// Choosing among generators: mix, any, shortest_any, flip_flop.
#include <algorithm>

#include "workloads/generators/race.h"
#include "workloads/persistent_array.h"

namespace tribunal::workloads {
namespace {

// A child with its place, which stays when a sibling is gone.
struct Child {
  Generator generator;
  std::size_t place = 0;
};

class Mix final : public Node {
 public:
  // `chosen` is kept until that child emits, as in Jepsen; nothing is chosen before the first
  // question.
  Mix(PersistentArray<Child> children, std::uint64_t emitted, std::size_t chosen)
      : children_(std::move(children)), emitted_(emitted), chosen_(chosen) {}

  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  Step op(const View& view) const override {
    PersistentArray<Child> children = children_;
    std::size_t at = chosen_ == none ? choose(view, emitted_, children.size()) : chosen_;
    for (;;) {
      const Child child = children[at];
      Step step = next_op(child.generator, view.child(child.place));
      if (!std::holds_alternative<Exhausted>(step)) {
        const bool emits = std::holds_alternative<Emitted>(step);
        const std::uint64_t emitted = emitted_ + (emits ? 1 : 0);
        const std::size_t next = emits ? choose(view, emitted, children.size()) : at;
        return rewrap(std::move(step), [&](Generator rest) {
          return std::make_shared<Mix>(children.with(at, {std::move(rest), child.place}), emitted,
                                       next);
        });
      }
      if (children.size() == 1) return Exhausted{};
      children = children.without(at);
      // The number left is part of the key: each removal is a new choice.
      at = view.draw("mix-again"_site, emitted_, children.size(), children.size());
    }
  }

 private:
  static std::size_t choose(const View& view, std::uint64_t emitted, std::size_t count) {
    return view.draw("mix"_site, emitted, count);
  }

  PersistentArray<Child> children_;
  std::uint64_t emitted_;
  std::size_t chosen_;
};

class Any final : public Node {
 public:
  // `shortest`: ends with the first child that ends.
  Any(std::vector<Generator> children, bool shortest, std::uint64_t emitted)
      : children_(std::move(children)), shortest_(shortest), emitted_(emitted) {}

  Step op(const View& view) const override {
    Race race(view, emitted_);
    std::vector<Generator> children = children_;
    bool waiting = false;
    for (std::size_t i = 0; i < children.size(); ++i) {
      Step step = next_op(children[i], view.child(i));
      if (auto* emitted = std::get_if<Emitted>(&step)) {
        race.enter(i, std::move(*emitted));
      } else if (auto* pending = std::get_if<Pending>(&step)) {
        children[i] = std::move(pending->next);  // for instance: it has begun to sleep
        waiting = true;
      } else if (shortest_) {
        return Exhausted{};
      } else {
        children[i] = nullptr;
      }
    }
    if (race.decided()) {
      children[race.winner()] = race.best().next;
      race.best().next = with(std::move(children), emitted_ + 1);
      return std::move(race.best());
    }
    if (waiting) return Pending{with(std::move(children), emitted_)};
    return Exhausted{};
  }

  Generator update(const Generator& self, const View& view, const Happening& event) const override {
    std::vector<Generator> children = children_;
    for (std::size_t i = 0; i < children.size(); ++i) {
      children[i] = workloads::update(children[i], view.child(i), event);
    }
    return children == children_ ? self : with(std::move(children), emitted_);
  }

 private:
  Generator with(std::vector<Generator> children, std::uint64_t emitted) const {
    const auto gone = std::count(children.begin(), children.end(), nullptr);
    if (gone == std::ssize(children) || (shortest_ && gone > 0)) return nullptr;
    return std::make_shared<Any>(std::move(children), shortest_, emitted);
  }

  std::vector<Generator> children_;  // those that ended are nullptr
  bool shortest_;
  std::uint64_t emitted_;
};

class FlipFlop final : public Node {
 public:
  FlipFlop(Generator now, Generator other, bool flipped)
      : now_(std::move(now)), other_(std::move(other)), flipped_(flipped) {}

  Step op(const View& view) const override {
    Step step = next_op(now_, view.child(flipped_ ? 1 : 0));
    if (auto* emitted = std::get_if<Emitted>(&step)) {
      emitted->next = std::make_shared<FlipFlop>(other_, std::move(emitted->next), !flipped_);
    } else if (auto* pending = std::get_if<Pending>(&step)) {
      pending->next = std::make_shared<FlipFlop>(std::move(pending->next), other_, flipped_);
    }
    return step;
  }

 private:
  Generator now_;
  Generator other_;
  bool flipped_;
};

}  // namespace

Generator mix(std::vector<Generator> parts) {
  std::erase(parts, nullptr);
  if (parts.empty()) return nullptr;
  std::vector<Child> children;
  for (std::size_t i = 0; i < parts.size(); ++i) children.push_back({std::move(parts[i]), i});
  return std::make_shared<Mix>(PersistentArray<Child>(std::move(children)), 0, Mix::none);
}

Generator any(std::vector<Generator> parts) {
  std::erase(parts, nullptr);
  if (parts.size() < 2) return parts.empty() ? nullptr : parts.front();
  return std::make_shared<Any>(std::move(parts), false, 0);
}

Generator shortest_any(std::vector<Generator> parts) {
  if (parts.empty() || std::count(parts.begin(), parts.end(), nullptr) > 0) return nullptr;
  if (parts.size() == 1) return parts.front();
  return std::make_shared<Any>(std::move(parts), true, 0);
}

Generator flip_flop(Generator a, Generator b) {
  if (!a) return nullptr;
  return std::make_shared<FlipFlop>(std::move(a), std::move(b), false);
}

}  // namespace tribunal::workloads
