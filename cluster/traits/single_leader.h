// What hosts may want to know of the messages of the mode single-leader.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "cluster/message_traits.h"
#include "sut/single_leader/message.h"

namespace tribunal::cluster {

template <>
struct MessageTraits<sut::single_leader::Message> {
  using Message = sut::single_leader::Message;
  static std::uint64_t bytes(const Message& m) { return wire_bytes(m); }
  static bool carries_data(const Message& m) {
    if (const auto* append = std::get_if<sut::single_leader::Append>(&m.body)) {
      return !append->entries.empty();
    }
    return std::holds_alternative<sut::single_leader::Install>(m.body);
  }
  static std::uint64_t digest(const Message& m) { return content_hash(m); }
  static std::string describe(const Message& m) { return show(m); }
};

}  // namespace tribunal::cluster
