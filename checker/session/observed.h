// A history of registers as the models weaker than linearizability see it: who wrote what each read
// saw, and in which order each process did things. Instants do not matter any more.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "base/result.h"
#include "checker/check.h"
#include "history/history.h"

namespace tribunal::checker::session {

inline constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

// A compare-and-set both reads and writes. Operations are numbered in the order of invocations.
struct Op {
  std::uint32_t invocation = 0;
  std::uint32_t process = 0;  // dense, in the order of first appearance
  std::uint32_t place = 0;    // how many operations of its process come before it
  std::uint32_t key = 0;
  bool reads = false;
  bool writes = false;
  std::uint32_t source = none;  // of a read: the operation that wrote what it saw; none: initial
};

// One reading of a history: every read has one source. What may not have happened is there exactly
// when somebody saw it: it is the last operation of its process, so leaving it out forbids nothing.
struct Observed {
  std::vector<Op> ops;
  std::vector<std::vector<std::uint32_t>> processes;  // the operations of each, in order
  std::uint32_t keys = 0;
};

// A read of a value that nobody can have written (ThinAirRead).
struct Phantom {
  std::uint32_t invocation = 0;
  bool aborted = false;         // only operations that certainly failed wrote it
  std::uint32_t writer = none;  // one of those
};

// All readings of a history. There is more than one when a value that somebody read was written
// more than once on its key.
class Readings {
 public:
  // Errors name the event: an operation that is not a register's, a wrong shape of value.
  static Result<Readings> of(const history::History& history, const Options& options);

  const std::vector<Phantom>& phantoms() const { return phantoms_; }
  // How many there are (at most `limit`). Precondition of what follows: no phantoms.
  std::uint64_t count(std::uint64_t limit) const;
  Observed reading(std::uint64_t number) const;
  // An observation that these models do not look at (a failed compare-and-set that says what the
  // value was not): what they find valid is then not decided.
  bool blind() const { return blind_; }

 private:
  struct Raw {
    Op op;
    bool optional = false;
    std::vector<std::uint32_t> candidates;  // of a read; none stands for the initial value
  };
  friend class Reader;

  std::vector<Raw> raws_;
  std::vector<std::uint32_t> ambiguous_;  // those with several candidates
  std::vector<Phantom> phantoms_;
  std::uint32_t keys_ = 0;
  bool blind_ = false;
};

}  // namespace tribunal::checker::session
