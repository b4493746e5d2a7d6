// What the step tests of Raft share.
#pragma once

#include <initializer_list>
#include <vector>

#include "sut/raft/node.h"
#include "tests/sut/hand.h"

namespace tribunal::sut::testing::raft_steps {

using namespace raft;

inline constexpr NodeId n1{0}, n2{1}, n3{2}, n4{3};
inline const Command write_5{CommandKind::write, 1, 5, 0};
inline const Command read_1{CommandKind::read, 1, 0, 0};

class RaftHand : public HandOf<Raft> {
 public:
  using HandOf::HandOf;

  // Becomes leader of the next term with the votes of the given nodes; all is durable then.
  void win(std::initializer_list<NodeId> voters = {n2}) {
    now += seconds(3);
    fire(Timer::election);
    for (NodeId voter : voters) hear(voter, term(), Vote{term() + 1, true, true});
    finish_write();
    for (NodeId voter : voters) hear(voter, term(), Vote{term(), true, false});
    finish_write();
  }
  // A follower says that it has everything up to `match` durably.
  void acknowledge(NodeId from, std::uint64_t match) {
    AppendReply reply;
    reply.accepted = true;
    reply.match = match;
    reply.round = state().round_;
    hear(from, term(), reply);
  }
  // Leads, and has committed the empty entry of its term.
  void lead() {
    win();
    acknowledge(n2, last());
    acknowledge(n3, last());
  }
  void change_members(NodeId who, bool add) { give(ChangeMembers{who, add}); }
};

inline Options with(void (*change)(Options&)) {
  Options options;
  change(options);
  return options;
}

inline Entry entry_of(std::uint64_t term, std::int64_t value) {
  return {term,
          Time{},
          {ClientId{1}, static_cast<std::uint64_t>(value)},
          {CommandKind::write, 1, value, 0},
          0};
}
// Entries of the given terms after (prev_index, prev_term).
inline Append append_after(std::uint64_t prev_index, std::uint64_t prev_term,
                           std::initializer_list<std::uint64_t> terms = {},
                           std::uint64_t commit = 0) {
  std::vector<Entry> entries;
  std::int64_t value = static_cast<std::int64_t>(prev_index);
  for (std::uint64_t term : terms) entries.push_back(entry_of(term, ++value));
  Append message{prev_index, prev_term, commit, 1, {}};
  if (!entries.empty()) message.entries = Batch(Entries(entries));
  return message;
}

// A follower in term 2 of n2 whose durable log has entries of the given terms, and which has not
// heard from n2 for a while.
inline RaftHand follower(std::initializer_list<std::uint64_t> terms, const Options& options = {}) {
  RaftHand hand(3, options);
  hand.start();
  hand.hear(n2, 2, append_after(0, 0, terms));
  hand.finish_write();
  hand.now += seconds(2);
  return hand;
}
inline VoteRequest ask(std::uint64_t term, std::uint64_t last_index, std::uint64_t last_term) {
  return {term, last_index, last_term, false, false};
}

}  // namespace tribunal::sut::testing::raft_steps
