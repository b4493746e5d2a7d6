// What the step tests of the mode single-leader share.
#pragma once

#include <initializer_list>

#include "tests/sut/hand.h"

namespace tribunal::sut::testing {

inline constexpr NodeId n1{0}, n2{1}, n3{2};
inline const Command write_5{CommandKind::write, 1, 5, 0};
inline const Command read_1{CommandKind::read, 1, 0, 0};

inline single_leader::Options with(void (*change)(single_leader::Options&)) {
  single_leader::Options options;
  change(options);
  return options;
}

// A follower in term 2 of n2 whose durable log has entries of the given terms.
inline Hand follower(std::initializer_list<std::uint64_t> terms,
                     const single_leader::Options& options = {}) {
  Hand hand(3, options);
  hand.start();
  hand.hear(n2, 2, append(0, 0, terms));
  hand.finish_write();
  return hand;
}

}  // namespace tribunal::sut::testing
