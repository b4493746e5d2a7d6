// What hosts want to know of a message: a hash, words, a size.
#include "sut/single_leader/message.h"

namespace tribunal::sut::single_leader {
namespace {

std::string number(std::uint64_t value) { return std::to_string(value); }

struct Shower {
  std::string operator()(const Append& m) const {
    return "append prev=" + number(m.prev_index) + "@" + number(m.prev_term) +
           " entries=" + number(m.entries.size()) + " commit=" + number(m.commit) +
           " round=" + number(m.round) +
           (m.members_number > 0
                ? " members=" + number(m.members_number) + ":" + number(m.members_mask)
                : "");
  }
  std::string operator()(const AppendReply& m) const {
    const std::string round = " round=" + number(m.round);
    if (m.accepted) return "append-ok match=" + number(m.match) + round;
    return "append-refused prev=" + number(m.prev_index) + " hint=" + number(m.hint) + round +
           (m.compacted ? " compacted" : "");
  }
  std::string operator()(const VoteRequest& m) const {
    return "vote-request last=" + number(m.last_index) + "@" + number(m.last_term) +
           (m.forced ? " forced" : "");
  }
  std::string operator()(const Vote& m) const { return m.granted ? "vote" : "vote-refused"; }
  std::string operator()(const Install& m) const {
    return "install to=" + number(m.snapshot ? m.snapshot->at.index : 0) +
           " round=" + number(m.round) + (m.reset ? " reset" : "");
  }
  std::string operator()(const Alive&) const { return "alive"; }
};

}  // namespace

std::uint64_t content_hash(const Message& message) { return fingerprint_of(message); }

std::string show(const Message& message) {
  return "term=" + number(message.term) + " " + std::visit(Shower{}, message.body);
}

std::uint64_t wire_bytes(const Message& message) {
  constexpr std::uint64_t header = 64;  // frame, checksum, term and fixed fields
  if (const auto* append = std::get_if<Append>(&message.body)) {
    return header + append->entries.size() * sizeof(Entry);
  }
  if (const auto* install = std::get_if<Install>(&message.body)) {
    return header + (install->snapshot ? install->snapshot->store.wire_bytes() +
                                             install->snapshot->sessions.wire_bytes()
                                       : 0);
  }
  return header;
}

void flip_bit(Record& record, std::uint64_t pick) {
  const std::uint64_t bit = pick % 8;
  if (record.entries.empty()) {
    record.term ^= std::uint64_t{1} << bit;
    return;
  }
  Command& command = record.entries[(pick >> 8) % record.entries.size()].command;
  command.a ^= std::int64_t{1} << bit;
}

}  // namespace tribunal::sut::single_leader
