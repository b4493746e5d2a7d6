// What hosts may want to know of the messages of the mode multi-leader.
#pragma once

#include <cstdint>
#include <string>

#include "cluster/message_traits.h"
#include "sut/multi_leader/message.h"

namespace tribunal::cluster {

template <>
struct MessageTraits<sut::multi_leader::Message> {
  using Message = sut::multi_leader::Message;
  static std::uint64_t bytes(const Message& m) { return wire_bytes(m); }
  static bool carries_data(const Message& m) { return !m.entries.empty() || m.state; }
  static std::uint64_t digest(const Message& m) { return content_hash(m); }
  static std::string describe(const Message& m) { return show(m); }
};

}  // namespace tribunal::cluster
