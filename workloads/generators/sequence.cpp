// One generator after another: sequence, phases, cycle.
#include "workloads/generators/node.h"

namespace tribunal::workloads {
namespace {

using Parts = std::shared_ptr<const std::vector<Generator>>;

class Sequence final : public Node {
 public:
  Sequence(Parts parts, std::size_t at, Generator current)
      : parts_(std::move(parts)), at_(at), current_(std::move(current)) {}

  Step op(const View& view) const override {
    std::size_t at = at_;
    Generator current = current_;
    for (;;) {
      Step step = next_op(current, view.child(at));
      if (!std::holds_alternative<Exhausted>(step)) {
        return rewrap(std::move(step), [&](Generator rest) { return with(at, std::move(rest)); });
      }
      if (++at >= parts_->size()) return Exhausted{};
      current = (*parts_)[at];
    }
  }

  Generator update(const Generator& self, const View& view, const Happening& event) const override {
    Generator current = workloads::update(current_, view.child(at_), event);
    return current == current_ ? self : with(at_, std::move(current));
  }

 private:
  Generator with(std::size_t at, Generator current) const {
    if (!current && at + 1 >= parts_->size()) return nullptr;
    return std::make_shared<Sequence>(parts_, at, std::move(current));
  }

  Parts parts_;
  std::size_t at_;
  Generator current_;
};

class Cycle final : public Node {
 public:
  // `times` 0: for ever. `round` counts the finished rounds: each has its own draws.
  Cycle(std::uint64_t times, Generator original, std::uint64_t round, Generator current)
      : times_(times),
        original_(std::move(original)),
        round_(round),
        current_(std::move(current)) {}

  Step op(const View& view) const override {
    Step step = next_op(current_, view.child(round_));
    std::uint64_t round = round_;
    if (std::holds_alternative<Exhausted>(step)) {
      ++round;
      if (times_ != 0 && round >= times_) return step;
      step = next_op(original_, view.child(round));
      // A generator that is empty from the start would spin here for ever.
      if (std::holds_alternative<Exhausted>(step)) return step;
    }
    return rewrap(std::move(step), [&](Generator rest) { return with(round, std::move(rest)); });
  }

  Generator update(const Generator& self, const View& view, const Happening& event) const override {
    Generator current = workloads::update(current_, view.child(round_), event);
    return current == current_ ? self : with(round_, std::move(current));
  }

 private:
  Generator with(std::uint64_t round, Generator current) const {
    return std::make_shared<Cycle>(times_, original_, round, std::move(current));
  }

  std::uint64_t times_;
  Generator original_;
  std::uint64_t round_;
  Generator current_;
};

}  // namespace

Generator sequence(std::vector<Generator> parts) {
  std::erase(parts, nullptr);
  if (parts.empty()) return nullptr;
  if (parts.size() == 1) return parts.front();
  Generator first = parts.front();
  return std::make_shared<Sequence>(
      std::make_shared<const std::vector<Generator>>(std::move(parts)), 0, std::move(first));
}

Generator phases(std::vector<Generator> parts) {
  for (Generator& part : parts) part = synchronize(std::move(part));
  return sequence(std::move(parts));
}

Generator cycle(std::uint64_t times, Generator inner) {
  if (!inner) return nullptr;
  return std::make_shared<Cycle>(times, inner, 0, inner);
}

}  // namespace tribunal::workloads
