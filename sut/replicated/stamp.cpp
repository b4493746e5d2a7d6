// Clocks, and the words in which clients carry what they were shown.
#include "sut/replicated/stamp.h"

#include <algorithm>

namespace tribunal::sut::replicated {

Stamp StampClock::next(Time wall, const Dot& dot, const CausalContext& past, const Stamp& floor,
                       const Stamp& copy) {
  switch (kind_) {
    case ClockKind::wall:
      return {wall.count(), 0, dot};
    case ClockKind::lamport:
      observe(floor);
      return {++time_, 0, dot};
    case ClockKind::hybrid:
      // Kulkarni et al., Figure 5: physical time when it is ahead of all that was seen, else the
      // greatest time seen and one more tick of the logical part.
      observe(floor);
      if (wall.count() > time_) {
        time_ = wall.count();
        logical_ = 0;
      } else {
        ++logical_;
      }
      return {time_, logical_, dot};
    case ClockKind::version_vector: {
      CausalContext with = past;
      with.raise(dot);
      const auto size = static_cast<std::int64_t>(with.total());
      return {std::max({size, floor.time + 1, copy.time + 1}), 0, dot};
    }
  }
  return {};
}

void StampClock::observe(const Stamp& stamp) {
  if (kind_ != ClockKind::lamport && kind_ != ClockKind::hybrid) return;
  if (std::tie(stamp.time, stamp.logical) > std::tie(time_, logical_)) {
    time_ = stamp.time;
    logical_ = stamp.logical;
  }
}

// Words: time, logical, length of the vector, then two for each dot: the vector's, and the single
// ones.
Context encode(const Token& token) {
  Context words{static_cast<std::uint64_t>(token.floor.time), token.floor.logical,
                token.seen.vector().size()};
  const auto put = [&](const Dot& dot) {
    words.push_back(std::uint64_t{index(dot.actor.node)} << 32 | dot.actor.life);
    words.push_back(dot.counter);
  };
  for (const Dot& dot : token.seen.vector()) put(dot);
  for (const Dot& dot : token.seen.singles()) put(dot);
  return words;
}

Token decode(const Context& context) {
  Token token;
  if (context.size() < 3) return token;
  token.floor.time = static_cast<std::int64_t>(context[0]);
  token.floor.logical = context[1];
  const auto dot_at = [&](std::size_t i) {
    const NodeId node{static_cast<std::uint16_t>(context[i] >> 32)};
    return Dot{{node, static_cast<std::uint32_t>(context[i])}, context[i + 1]};
  };
  std::uint64_t left = context[2];
  for (std::size_t i = 3; i + 1 < context.size(); i += 2) {
    if (left > 0) {
      --left;
      token.seen.raise(dot_at(i));
    } else {
      token.seen.add(dot_at(i));
    }
  }
  return token;
}

}  // namespace tribunal::sut::replicated
