// What hosts may want to know of the messages of the mode leaderless.
#pragma once

#include <cstdint>
#include <string>

#include "cluster/message_traits.h"
#include "sut/leaderless/message.h"

namespace tribunal::cluster {

template <>
struct MessageTraits<sut::leaderless::Message> {
  using Message = sut::leaderless::Message;
  static std::uint64_t bytes(const Message& m) { return wire_bytes(m); }
  static bool carries_data(const Message& m) { return sut::leaderless::carries_data(m); }
  static std::uint64_t digest(const Message& m) { return content_hash(m); }
  static std::string describe(const Message& m) { return show(m); }
};

}  // namespace tribunal::cluster
