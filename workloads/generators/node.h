// What a combinator is made of: the interface of a generator's node, and the view of the
// scheduler's context that a node is given. Needed only to write a new combinator.
#pragma once

#include <cassert>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <variant>

#include "base/choices.h"
#include "workloads/generator.h"

namespace tribunal::workloads {

// Threads in the order of a Context: ascending, the nemesis last.
constexpr std::uint32_t order(Thread thread) { return static_cast<std::uint32_t>(thread); }

// The context as one node sees it: perhaps only some of the threads, and the node's place in the
// tree. Spans point into the scheduler's context or into a caller's frame: a view is never kept.
struct View {
  Time now{};
  // Hash of the seed and of the path from the root. Each node draws with it as the seed, so that
  // two nodes never disturb one another, and rebuilding the same tree repeats the same draws.
  std::uint64_t place = 0;
  std::span<const Thread> threads;
  std::span<const Thread> free;
  const Context* context = nullptr;

  bool all_free() const { return free.size() == threads.size(); }
  history::Process process(Thread thread) const;
  bool has(Thread thread) const;

  // The view of the child that stands at `step` below this node.
  View child(std::uint64_t step) const;
  // Only the threads from position `first`, at most `count`.
  View slice(std::size_t first, std::size_t count) const;
  View only(Thread thread) const;
  View clients() const;  // all but the nemesis

  std::uint64_t draw(Site site, std::uint64_t ordinal, std::uint64_t bound,
                     std::uint64_t scope = 0) const {
    return tribunal::draw(place, scope, site, ordinal, bound);
  }
};

class Node {
 public:
  Node() = default;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  virtual ~Node() = default;

  virtual Step op(const View& view) const = 0;
  // The default ignores the event. `self` is this node, so that an unchanged generator is not
  // copied.
  virtual Generator update(const Generator& self, const View& view, const Happening& event) const;
};

Step next_op(const Generator& generator, const View& view);
Generator update(const Generator& generator, const View& view, const Happening& event);

// Puts `wrap(inner)` around what is left of a generator after a step, whichever kind of step it is.
template <class Wrap>
Step rewrap(Step step, Wrap&& wrap) {
  if (auto* emitted = std::get_if<Emitted>(&step)) {
    emitted->next = wrap(std::move(emitted->next));
  } else if (auto* pending = std::get_if<Pending>(&step)) {
    pending->next = wrap(std::move(pending->next));
  }
  return step;
}

// An operation of one of the free processes, now. `ordinal` counts the operations of the asking
// node: it keys the choice among the free. Precondition: some thread is free.
Emitted emit(const View& view, const Template& what, std::uint64_t ordinal, Generator next);

}  // namespace tribunal::workloads
