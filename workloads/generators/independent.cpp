// Many independent keys, each with its own copy of a generator; its operations get that key.
#include <algorithm>

#include "workloads/generators/race.h"

namespace tribunal::workloads {
namespace {

struct Keys {
  std::vector<history::Value> keys;
  std::function<Generator(history::Value)> make;

  Generator generator(std::size_t key) const { return make(keys[key]); }
  void stamp(Op& op, std::size_t key) const {
    op.key = keys[key];
    op.has_key = true;
  }
};
using SharedKeys = std::shared_ptr<const Keys>;

class Sequential final : public Node {
 public:
  Sequential(SharedKeys keys, std::size_t at, Generator current)
      : keys_(std::move(keys)), at_(at), current_(std::move(current)) {}

  Step op(const View& view) const override {
    std::size_t at = at_;
    Generator current = current_;
    for (;;) {
      Step step = next_op(current, view.child(at));
      if (!std::holds_alternative<Exhausted>(step)) {
        if (auto* emitted = std::get_if<Emitted>(&step)) keys_->stamp(emitted->op, at);
        return rewrap(std::move(step), [&](Generator rest) { return with(at, std::move(rest)); });
      }
      if (++at >= keys_->keys.size()) return Exhausted{};
      current = keys_->generator(at);
    }
  }

  Generator update(const Generator& self, const View& view, const Happening& event) const override {
    Generator current = workloads::update(current_, view.child(at_), event);
    return current == current_ ? self : with(at_, std::move(current));
  }

 private:
  Generator with(std::size_t at, Generator current) const {
    return std::make_shared<Sequential>(keys_, at, std::move(current));
  }

  SharedKeys keys_;
  std::size_t at_;
  Generator current_;
};

struct Group {
  std::size_t key = 0;
  Generator generator;
};

class Concurrent final : public Node {
 public:
  struct State {
    std::vector<Group> groups;  // empty before the first question
    std::size_t next_key = 0;
    std::uint64_t emitted = 0;
  };
  Concurrent(SharedKeys keys, std::size_t size, State state)
      : keys_(std::move(keys)), size_(size), state_(std::move(state)) {}

  Step op(const View& all) const override {
    const View view = all.clients();
    State state = started(view);
    Race race(view, state.emitted);
    bool waiting = false;
    for (std::size_t g = 0; g < state.groups.size(); ++g) {
      const View slice = view.slice(g * size_, size_);
      Group& group = state.groups[g];
      if (slice.free.empty()) {  // all busy: what comes next cannot be known yet
        waiting = waiting || group.generator;
        continue;
      }
      Step step = next_of(group, state.next_key, slice);
      if (auto* emitted = std::get_if<Emitted>(&step)) {
        race.enter(g, std::move(*emitted), slice.threads.size());
      } else if (auto* pending = std::get_if<Pending>(&step)) {
        group.generator = std::move(pending->next);
        waiting = true;
      } else {
        group.generator = nullptr;
      }
    }
    if (race.decided()) {
      Group& winner = state.groups[race.winner()];
      winner.generator = race.best().next;
      keys_->stamp(race.best().op, winner.key);
      ++state.emitted;
      race.best().next = with(std::move(state));
      return std::move(race.best());
    }
    if (waiting) return Pending{with(std::move(state))};
    return Exhausted{};
  }

  Generator update(const Generator& self, const View& all, const Happening& event) const override {
    const View view = all.clients();
    for (std::size_t g = 0; g < state_.groups.size(); ++g) {
      const View slice = view.slice(g * size_, size_);
      if (!slice.has(event.thread)) continue;
      const Group& group = state_.groups[g];
      Generator generator = workloads::update(group.generator, slice.child(group.key), event);
      if (generator == group.generator) return self;
      State state = state_;
      state.groups[g].generator = std::move(generator);
      return with(std::move(state));
    }
    return self;
  }

 private:
  // Groups are contiguous; the last is smaller when the threads do not divide evenly.
  State started(const View& view) const {
    State state = state_;
    if (!state.groups.empty()) return state;
    const std::size_t groups = (view.threads.size() + size_ - 1) / size_;
    for (std::size_t g = 0; g < groups; ++g) state.groups.push_back(fresh(state.next_key));
    return state;
  }

  // The next key that nobody has taken, or an ended group when there is none left.
  Group fresh(std::size_t& next_key) const {
    if (next_key >= keys_->keys.size()) return {next_key, nullptr};
    const std::size_t key = next_key++;
    return {key, keys_->generator(key)};
  }

  // The group's next step; it moves on to fresh keys as its generators end.
  Step next_of(Group& group, std::size_t& next_key, const View& slice) const {
    for (;;) {
      Step step = next_op(group.generator, slice.child(group.key));
      if (!std::holds_alternative<Exhausted>(step) || next_key >= keys_->keys.size()) return step;
      group = fresh(next_key);
    }
  }

  Generator with(State state) const {
    return std::make_shared<Concurrent>(keys_, size_, std::move(state));
  }

  SharedKeys keys_;
  std::size_t size_;  // threads a group
  State state_;
};

SharedKeys share(std::vector<history::Value> keys, std::function<Generator(history::Value)> make) {
  return std::make_shared<const Keys>(Keys{std::move(keys), std::move(make)});
}

}  // namespace

Generator independent_concurrent(std::uint32_t threads_per_key, std::vector<history::Value> keys,
                                 std::function<Generator(history::Value key)> make) {
  if (keys.empty() || threads_per_key == 0) return nullptr;
  return std::make_shared<Concurrent>(share(std::move(keys), std::move(make)), threads_per_key,
                                      Concurrent::State{});
}

Generator independent_sequential(std::vector<history::Value> keys,
                                 std::function<Generator(history::Value key)> make) {
  if (keys.empty()) return nullptr;
  SharedKeys shared = share(std::move(keys), std::move(make));
  Generator first = shared->generator(0);
  return std::make_shared<Sequential>(std::move(shared), 0, std::move(first));
}

}  // namespace tribunal::workloads
