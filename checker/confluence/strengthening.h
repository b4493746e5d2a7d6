// Facts about reachable states that make a proof go through, found by guessing many and dropping
// what does not last (Flanagan and Leino, "Houdini, an annotation assistant for ESC/Java", FME
// 2001).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "spec/ast.h"

namespace tribunal::checker::confluence {

struct Fact {
  enum class Form : std::uint8_t {
    at_least,        // every cell of `a` is at least `value`
    at_most,         // ... at most ...
    unchanged,       // every cell of `a` has its initial value
    never_removed,   // nothing was ever removed from the tpset `a`
    never_added,     // nothing was ever added to the tpset or rwset `a`
    removed_within,  // what was removed from the tpset `a` had been added
    subset,          // a[k] implies b[k]
    less_equal,      // a[k] <= b[k]
    equal,           // a[k] == b[k]
    written_within,  // if the register a[k] was ever written, then b[k]
    has_value,       // if the set a has k, then b[k] == value
    removes_within,  // if some remove from the rwset a[k] is not undone, then b[k]
    minted,          // if a[k] was ever touched, its index was minted by `fresh` (b: the sort)
  };
  Form form = Form::at_least;
  std::uint32_t a = 0;  // variable
  std::uint32_t b = 0;  // variable or sort
  std::int64_t value = 0;
  friend bool operator==(const Fact&, const Fact&) = default;
};

// "user[x] implies that x was minted by fresh".
std::string show(const spec::Spec& spec, const Fact& fact);

}  // namespace tribunal::checker::confluence
