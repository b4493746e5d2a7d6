// The states that a search over cells or a text can tell apart, numbered. What no standing demand
// of the excerpt can see is one and the same "something else", which keeps the search small.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "verify/excerpt.h"

namespace tribunal::verify {

using StateNumber = std::uint32_t;

class States {
 public:
  States(const KeyHistory& key, const Excerpt& excerpt);

  StateNumber initial() const { return 0; }

  // The state after the move, or nothing when a demand is not met.
  std::optional<StateNumber> after(StateNumber state, std::uint32_t move);
  bool meets(StateNumber state, std::uint32_t move) const;

  // Whether the move changes nothing that a demand can see.
  bool pure(std::uint32_t move) const { return effects_[move].changes.empty(); }
  // Equal for moves that demand and do the same.
  std::uint32_t kind(std::uint32_t move) const { return effects_[move].kind; }

  std::size_t memory_bytes() const { return memory_; }

 private:
  // Cells: one number for each cell, 0 for a value that no demand names. Text: `texts` below.
  using State = std::vector<std::uint32_t>;

  struct Demand {
    std::uint32_t cell;
    std::uint32_t value;
    bool negated;
  };
  struct Change {
    std::uint32_t cell;
    std::uint32_t value;          // unless something is appended
    const std::string* appended;  // text only
  };
  struct Effect {
    std::vector<Demand> demands;
    std::vector<Change> changes;
    std::uint32_t kind = 0;
  };

  void number_values(const KeyHistory& key, const Excerpt& excerpt);
  void number_texts(const KeyHistory& key, const Excerpt& excerpt);
  void number_kinds();
  Change text_change(const std::string& text, bool appends);
  std::uint32_t text_number(const std::string& text);
  StateNumber intern(State state);

  Domain domain_;
  std::vector<Effect> effects_;  // by move
  std::map<State, StateNumber> numbers_;
  std::vector<State> states_;
  std::size_t memory_ = 0;

  // Text: beginnings of what some get observed. Number 0 is any other text, 1 is nil.
  std::vector<std::string> observed_;  // sorted
  std::map<std::string, std::uint32_t> text_numbers_;
  std::vector<std::string> texts_;
  std::set<std::string> appended_;  // owns what changes point to
};

}  // namespace tribunal::verify
