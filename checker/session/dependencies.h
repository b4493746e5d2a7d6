// Which writes a write depends on, under the guarantees that say so: a process's writes follow one
// another (monotonic writes), and follow the writes that the process had read (writes follow
// reads). With both, "depends on" is causality between writes (Ahamad et al., "Causal Memory",
// Distributed Computing 1995; Brzezinski, Sobaniec and Wawrzyniak, PDP 2004).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "checker/session/flaw.h"
#include "checker/session/observed.h"

namespace tribunal::checker::session {

// Guarantees as a set of bits.
using Guarantees = std::uint8_t;
inline constexpr Guarantees read_your_writes = 1;
inline constexpr Guarantees monotonic_reads = 2;
inline constexpr Guarantees monotonic_writes = 4;
inline constexpr Guarantees writes_follow_reads = 8;
inline constexpr Guarantees all_guarantees = 15;

class Dependencies {
 public:
  Dependencies(const Observed& observed, Guarantees guarantees, Flaw flaw = {});

  bool any() const { return writes_ || reads_; }
  // A write that depends on itself: the operations of one such cycle, each before the next and the
  // last before the first, by the order of a process or because the next one read what it wrote.
  const std::vector<std::uint32_t>& cycle() const { return cycle_; }

  // What the write `op` depends on, as one length for each process: of the first so many operations
  // of that process all writes (under monotonic writes), or the sources of all reads (otherwise).
  // Precondition: no cycle, and any().
  const std::uint32_t* of(std::uint32_t op) const {
    return &lengths_[std::size_t{row_[op]} * width_];
  }
  std::size_t width() const { return width_; }
  // Do the lengths speak of writes or of what was read?
  bool of_writes() const { return writes_; }

  // The steps by which `later`, a write, depends on `earlier`, a write: both of them and the reads
  // and writes between, in order. Empty: it does not.
  std::vector<std::uint32_t> path(std::uint32_t earlier, std::uint32_t later) const;

 private:
  void find_order();
  void find_cycle(const std::vector<std::uint32_t>& waits);
  void compute();

  const Observed& observed_;
  Flaw flaw_;
  bool writes_ = false;
  bool reads_ = false;
  std::size_t width_ = 0;
  std::vector<std::uint32_t> back_;   // see steps_back
  std::vector<std::uint32_t> order_;  // each operation after those it depends on
  std::vector<std::uint32_t> cycle_;
  std::vector<std::uint32_t> row_;  // of a write
  std::vector<std::uint32_t> lengths_;
};

}  // namespace tribunal::checker::session
