// What a host may want to know of a protocol's messages. Specialised for each mode in
// cluster/traits/; the defaults are right for a small message without content worth
// tracing.
#pragma once

#include <cstdint>
#include <string>

namespace tribunal::cluster {

template <class Message>
struct MessageTraits {
  // For throttled links: about how large it is on the wire.
  static std::uint64_t bytes(const Message&) { return sizeof(Message); }
  // Carries records to be stored: the W of the WARS latency model, which some presets make slower.
  static bool carries_data(const Message&) { return false; }
  // Goes into the trace hash.
  static std::uint64_t digest(const Message&) { return 0; }
  // Goes into the trace's text: the kind and what matters, on one line.
  static std::string describe(const Message&) { return {}; }
};

}  // namespace tribunal::cluster
