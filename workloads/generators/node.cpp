// Views, and the two functions through which every generator is used.
#include "workloads/generators/node.h"

#include <algorithm>

namespace tribunal::workloads {
namespace {

bool before(Thread a, Thread b) { return order(a) < order(b); }

View whole(const Context& context) {
  return {context.now, mix64(context.seed), context.threads, context.free, &context};
}

// The part of `threads` that lies between two threads, both included.
std::span<const Thread> between(std::span<const Thread> threads, Thread first, Thread last) {
  const auto begin = std::lower_bound(threads.begin(), threads.end(), first, before);
  const auto end = std::upper_bound(begin, threads.end(), last, before);
  return {begin, end};
}

}  // namespace

history::Process View::process(Thread thread) const {
  const auto& all = context->threads;
  const auto found = std::lower_bound(all.begin(), all.end(), thread, before);
  assert(found != all.end() && *found == thread);
  return context->processes[static_cast<std::size_t>(found - all.begin())];
}

bool View::has(Thread thread) const {
  return std::binary_search(threads.begin(), threads.end(), thread, before);
}

View View::child(std::uint64_t step) const {
  View view = *this;
  view.place = combine(place, step);
  return view;
}

View View::slice(std::size_t first, std::size_t count) const {
  View view = *this;
  view.threads = threads.subspan(std::min(first, threads.size()));
  view.threads = view.threads.first(std::min(count, view.threads.size()));
  view.free = view.threads.empty() ? std::span<const Thread>{}
                                   : between(free, view.threads.front(), view.threads.back());
  return view;
}

View View::only(Thread thread) const {
  View view = *this;
  view.threads = between(threads, thread, thread);
  view.free = between(free, thread, thread);
  return view;
}

View View::clients() const {
  const bool nemesis = !threads.empty() && threads.back() == Thread::nemesis;
  return nemesis ? slice(0, threads.size() - 1) : *this;
}

Generator Node::update(const Generator& self, const View&, const Happening&) const { return self; }

Step next_op(const Generator& generator, const View& view) {
  return generator ? generator->op(view) : Step{Exhausted{}};
}

Generator update(const Generator& generator, const View& view, const Happening& event) {
  return generator ? generator->update(generator, view, event) : nullptr;
}

Step next_op(const Generator& generator, const Context& context) {
  return next_op(generator, whole(context));
}

Generator update(const Generator& generator, const Context& context, const Happening& event) {
  return update(generator, whole(context), event);
}

}  // namespace tribunal::workloads
