// Damage: to what a history says was observed, and to the bytes of a proof.
#pragma once

#include <string>

#include "tests/verify/support.h"

namespace tribunal::verify::test {

// The same history with what some operations saw replaced by what others of the same f saw.
inline History disturbed(Random& random, const History& history) {
  History out;
  for (std::uint32_t i = 0; i < history.size(); ++i) {
    const Event event = history.event(i);
    Line line{index(event.process), event.type, history.name(event.f), history.value(event.value)};
    const Value key = history.value(event.key);
    if (event.has_key) line.key = &key;
    const auto other = static_cast<std::uint32_t>(random.below(history.size()));
    if (event.type == EventType::ok && history.type(other) == EventType::ok &&
        history.f(other) == event.f && line.f != "txn" && random.percent(30)) {
      line.value = history.value(history.value_of(other));
    }
    append(out, line);
  }
  return out;
}

// Up to three insertions, deletions, repetitions or changes of bytes.
inline std::string corrupt_bytes(Random& random, std::string text) {
  static const std::string likely = "0123456789abcdef\"{}[],: -.eE+tfnu\\/\x01\x7f\xc3\xff";
  for (std::uint64_t n = 1 + random.below(3); n > 0 && !text.empty(); --n) {
    const std::size_t at = random.below(text.size());
    const char byte = random.percent(60) ? likely[random.below(likely.size())]
                                         : static_cast<char>(random.below(256));
    switch (random.below(5)) {
      case 0:
        text.erase(at, 1 + random.below(4));
        break;
      case 1:
        text.insert(at, 1, byte);
        break;
      case 2:
        text.resize(at);
        break;
      case 3:
        text.insert(at, text.substr(random.below(text.size()), 1 + random.below(30)));
        break;
      default:
        text[at] = byte;
    }
  }
  return text;
}

}  // namespace tribunal::verify::test
