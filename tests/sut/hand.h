// One replica driven by hand: a test gives an input and looks at the effects.
#pragma once

#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "sut/single_leader/node.h"

namespace tribunal::sut::testing {

template <class NodeType>
class HandOf {
 public:
  using Node = NodeType;
  using Timer = typename Node::Timer;
  using Options = typename Node::Options;

  explicit HandOf(std::uint16_t nodes = 3, const Options& options = {}, NodeId self = NodeId{0})
      : node(self, nodes, options) {}

  Node node;
  Time now{};
  Effects<Node> effects;

  void give(const Input<Node>& input) {
    effects.clear();
    node.step(input, {now, now}, choices_, effects);
  }
  void start(const std::vector<typename Node::Record>& records = {}) { give(Start<Node>{records}); }
  template <class Body>
  void hear(NodeId from, std::uint64_t term, Body body) {
    give(Receive<Node>{from, {term, std::move(body)}});
  }
  void fire(Timer timer) { give(TimerFired{static_cast<TimerId>(timer)}); }
  // Answers the write that the latest step asked for.
  void finish_write(bool ok = true) {
    const auto* write = last_write();
    if (write != nullptr) give(WriteDone{write->id, ok});
  }
  void request(std::uint32_t client, std::uint64_t sequence, const Command& command) {
    give(Request{{ClientId{client}, sequence}, command});
  }

  const auto& state() const { return node.state(); }
  std::uint64_t term() const { return state().term_; }
  std::uint64_t last() const { return state().log_.last_index(); }

  template <class E>
  std::vector<E> all() const {
    std::vector<E> found;
    for (const Effect<Node>& effect : effects.all()) {
      if (const auto* e = std::get_if<E>(&effect)) found.push_back(*e);
    }
    return found;
  }
  const Write<Node>* last_write() const {
    const Write<Node>* found = nullptr;
    for (const Effect<Node>& effect : effects.all()) {
      if (const auto* write = std::get_if<Write<Node>>(&effect)) found = write;
    }
    return found;
  }
  // The messages of one kind in the latest effects.
  template <class Body>
  std::vector<std::pair<Send<Node>, Body>> sent() const {
    std::vector<std::pair<Send<Node>, Body>> found;
    for (const Send<Node>& send : all<Send<Node>>()) {
      if (const auto* body = std::get_if<Body>(&send.message.body)) found.push_back({send, *body});
    }
    return found;
  }

  // The only message, or answer, of its kind: a test that expects one fails when there is none.
  template <class Body>
  Body only_message() const {
    const auto found = sent<Body>();
    EXPECT_EQ(found.size(), 1U);
    return found.size() == 1 ? found[0].second : Body{};
  }
  Respond only_answer() const {
    const auto found = all<Respond>();
    EXPECT_EQ(found.size(), 1U);
    return found.size() == 1 ? found[0] : Respond{};
  }

 private:
  Choices choices_{1, 1};
};

class Hand : public HandOf<SingleLeader> {
 public:
  using HandOf::HandOf;

  // Stands for election in the next term; nothing of that is durable yet.
  void stand() {
    now += seconds(3);
    fire(Timer::election);
  }
  // Becomes leader of the next term with the vote of the given node; all is durable then.
  void win(NodeId voter = NodeId{1}) {
    stand();
    finish_write();
    hear(voter, term(), single_leader::Vote{true});
    finish_write();
  }
};

inline single_leader::Entry entry(std::uint64_t term, std::int64_t value) {
  return {term,
          Time{},
          {ClientId{1}, static_cast<std::uint64_t>(value)},
          {CommandKind::write, 1, value, 0}};
}

// Entries of the given terms after (prev_index, prev_term).
inline single_leader::Append append(std::uint64_t prev_index, std::uint64_t prev_term,
                                    std::initializer_list<std::uint64_t> terms = {},
                                    std::uint64_t commit = 0) {
  single_leader::Append message;
  message.prev_index = prev_index;
  message.prev_term = prev_term;
  message.commit = commit;
  message.round = 1;
  std::int64_t value = static_cast<std::int64_t>(prev_index);
  for (std::uint64_t term : terms) message.entries.push_back(entry(term, ++value));
  return message;
}

}  // namespace tribunal::sut::testing
