// Which writes somebody has seen of one key, or of a whole node.
//
// A write is named by its dot: the node that took it, that node's life (a new one begins with every
// restart, so that a node that lost its memory never names two writes alike), and a counter that
// ascends from 1 within a life over all keys. (life, counter) ascends over everything a node does.
#pragma once

#include <compare>
#include <cstdint>
#include <tuple>
#include <vector>

#include "base/ids.h"
#include "sut/command.h"

namespace tribunal::sut::replicated {

// One node between two restarts.
struct Actor {
  NodeId node{};
  std::uint32_t life = 0;
  friend bool operator==(const Actor&, const Actor&) = default;
  friend auto operator<=>(const Actor&, const Actor&) = default;
  static auto fields(auto& self) { return std::tie(self.node, self.life); }
};

struct Dot {
  Actor actor;
  std::uint64_t counter = 0;  // 0: no write
  friend bool operator==(const Dot&, const Dot&) = default;
  friend auto operator<=>(const Dot&, const Dot&) = default;
  static auto fields(auto& self) { return std::tie(self.actor, self.counter); }
};

enum class Order : std::uint8_t { equal, before, after, concurrent };

// A version vector, and single dots beyond it: Almeida, Shoker and Baquero, "Delta state replicated
// data types" (2018), section 7, call it a causal context. The vector alone cannot say "my own
// write, but not the one before it that I never saw", which is what a client knows after a blind
// write (Preguiça et al., "Dotted version vectors", 2010). Always in one canonical form: equal
// knowledge is equal bytes.
class CausalContext {
 public:
  bool empty() const { return upto_.empty() && also_.empty(); }
  bool covers(const Dot& dot) const;
  bool covers(const CausalContext& other) const;
  Order compare(const CausalContext& other) const;
  // The greatest counter up to which everything of `actor` is covered.
  std::uint64_t upto(Actor actor) const;

  void raise(const Dot& dot);  // this dot and every earlier one of its actor
  void add(const Dot& dot);    // only this dot
  void merge(const CausalContext& other);

  // Greater for every context that covers this one and more: a linear extension of causality.
  std::uint64_t total() const;

  const std::vector<Dot>& vector() const { return upto_; }
  const std::vector<Dot>& singles() const { return also_; }
  std::uint64_t wire_bytes() const { return (upto_.size() + also_.size()) * sizeof(Dot); }

  friend bool operator==(const CausalContext&, const CausalContext&) = default;
  static auto fields(auto& self) { return std::tie(self.upto_, self.also_); }

 private:
  void tidy(Actor actor);

  std::vector<Dot> upto_;  // by actor, one each
  std::vector<Dot> also_;  // ascending; none is covered by upto_
};

}  // namespace tribunal::sut::replicated
