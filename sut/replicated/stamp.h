// When a write happened, for policies in which the later write wins, and the clocks that say so.
#pragma once

#include <compare>
#include <cstdint>
#include <tuple>

#include "base/ids.h"
#include "sut/command.h"
#include "sut/replicated/causal_context.h"

namespace tribunal::sut::replicated {

enum class ClockKind : std::uint8_t {
  wall,            // the node's wall clock: a node whose clock is behind loses to older writes
  lamport,         // a counter that passes every stamp seen (Lamport 1978)
  hybrid,          // wall time that never falls behind a stamp seen (Kulkarni et al. 2014)
  version_vector,  // the size of the write's causal past: later than all that it has seen
};

// Totally ordered, and unique by its dot, so that every node picks the same winner.
struct Stamp {
  std::int64_t time = 0;      // wall, hybrid: nanoseconds; lamport, version-vector: a count
  std::uint64_t logical = 0;  // hybrid: orders stamps of one time
  Dot dot;
  friend bool operator==(const Stamp&, const Stamp&) = default;
  friend auto operator<=>(const Stamp&, const Stamp&) = default;
  static auto fields(auto& self) { return std::tie(self.time, self.logical, self.dot); }
};

// The clock of one node. What a client was shown (the floor) counts as seen, but for wall clocks.
class StampClock {
 public:
  StampClock() = default;
  explicit StampClock(ClockKind kind) : kind_(kind) {}

  // For a write named `dot` by a client that was shown `floor`. version_vector: `past` is what the
  // write supersedes, `copy` the stamp of what is there now.
  Stamp next(Time wall, const Dot& dot, const CausalContext& past, const Stamp& floor,
             const Stamp& copy);
  // A stamp came in with a message, or was found on disk.
  void observe(const Stamp& stamp);
  // All that another clock has seen, also of writes of which nothing is left.
  void observe(const StampClock& other) { observe(Stamp{other.time_, other.logical_, {}}); }

  ClockKind kind() const { return kind_; }
  friend bool operator==(const StampClock&, const StampClock&) = default;
  static auto fields(auto& self) { return std::tie(self.kind_, self.time_, self.logical_); }

 private:
  ClockKind kind_ = ClockKind::hybrid;
  std::int64_t time_ = 0;  // the greatest seen
  std::uint64_t logical_ = 0;
};

// What a client carries from one request on a key to the next, opaque to it: Reply::context.
struct Token {
  CausalContext seen;
  Stamp floor;  // its dot is not kept
};
Context encode(const Token& token);
// Total: what encode() did not make decodes to something harmless.
Token decode(const Context& context);

}  // namespace tribunal::sut::replicated
