// A copy of a generator for every thread or process: each_thread, each_process.
#include <algorithm>

#include "workloads/generators/race.h"

namespace tribunal::workloads {
namespace {

struct Copy {
  Thread thread{};
  history::Process process{};
  Generator generator;
};
using Copies = std::vector<Copy>;  // by order of thread

class EachCopy final : public Node {
 public:
  using Make = std::function<Generator(Thread, history::Process)>;

  // `per_process`: a thread whose process crashed starts anew.
  EachCopy(std::shared_ptr<const Make> make, bool per_process, Copies copies, std::uint64_t emitted)
      : make_(std::move(make)),
        per_process_(per_process),
        copies_(std::move(copies)),
        emitted_(emitted) {}

  Step op(const View& view) const override {
    Race race(view, emitted_);
    Copies copies = copies_;
    bool waiting = !view.all_free();
    for (Thread thread : view.free) {
      const history::Process process = view.process(thread);
      Copy& copy = find(copies, thread, process);
      if (per_process_ && copy.process != process) {
        copy = {thread, process, (*make_)(thread, process)};
      }
      Step step = next_op(copy.generator, view_of(view, copy));
      if (auto* emitted = std::get_if<Emitted>(&step)) {
        race.enter(order(thread), std::move(*emitted));
      } else if (auto* pending = std::get_if<Pending>(&step)) {
        copy.generator = std::move(pending->next);
        waiting = true;
      } else {
        copy.generator = nullptr;
      }
    }
    if (race.decided()) {
      const Thread winner{static_cast<std::int32_t>(static_cast<std::uint32_t>(race.winner()))};
      find(copies, winner, view.process(winner)).generator = race.best().next;
      race.best().next = with(std::move(copies), emitted_ + 1);
      return std::move(race.best());
    }
    if (waiting) return Pending{with(std::move(copies), emitted_)};
    return Exhausted{};
  }

  Generator update(const Generator& self, const View& view, const Happening& event) const override {
    if (!view.has(event.thread)) return self;
    Copies copies = copies_;
    Copy& copy = find(copies, event.thread, event.process);
    copy.generator = workloads::update(copy.generator, view_of(view, copy), event);
    return with(std::move(copies), emitted_);
  }

 private:
  // The copy of a thread, made when there is none.
  Copy& find(Copies& copies, Thread thread, history::Process process) const {
    const auto at =
        std::lower_bound(copies.begin(), copies.end(), thread,
                         [](const Copy& copy, Thread t) { return order(copy.thread) < order(t); });
    if (at != copies.end() && at->thread == thread) return *at;
    return *copies.insert(at, {thread, process, (*make_)(thread, process)});
  }

  View view_of(const View& view, const Copy& copy) const {
    const auto place =
        per_process_ ? static_cast<std::uint32_t>(index(copy.process)) : order(copy.thread);
    return view.only(copy.thread).child(place);
  }

  Generator with(Copies copies, std::uint64_t emitted) const {
    return std::make_shared<EachCopy>(make_, per_process_, std::move(copies), emitted);
  }

  std::shared_ptr<const Make> make_;
  bool per_process_;
  Copies copies_;
  std::uint64_t emitted_;
};

Generator each_copy(EachCopy::Make make, bool per_process) {
  return std::make_shared<EachCopy>(std::make_shared<const EachCopy::Make>(std::move(make)),
                                    per_process, Copies{}, 0);
}

}  // namespace

Generator each_thread(std::function<Generator(Thread)> make) {
  return each_copy(
      [make = std::move(make)](Thread thread, history::Process) { return make(thread); }, false);
}

Generator each_process(std::function<Generator(history::Process)> make) {
  return each_copy(
      [make = std::move(make)](Thread, history::Process process) { return make(process); }, true);
}

}  // namespace tribunal::workloads
