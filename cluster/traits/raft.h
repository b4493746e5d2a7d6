// What hosts may want to know of the messages of the mode raft.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "cluster/message_traits.h"
#include "sut/raft/message.h"

namespace tribunal::cluster {

template <>
struct MessageTraits<sut::raft::Message> {
  using Message = sut::raft::Message;
  static std::uint64_t bytes(const Message& m) { return wire_bytes(m); }
  static bool carries_data(const Message& m) {
    const auto* append = std::get_if<sut::raft::Append>(&m.body);
    return append != nullptr ? static_cast<bool>(append->entries)
                             : std::holds_alternative<sut::raft::Install>(m.body);
  }
  static std::uint64_t digest(const Message& m) { return content_hash(m); }
  static std::string describe(const Message& m) { return show(m); }
};

}  // namespace tribunal::cluster
