// What hosts want to know of a message: a hash, words, a size.
#include "sut/raft/message.h"

namespace tribunal::sut::raft {
namespace {

std::string number(std::uint64_t value) { return std::to_string(value); }
std::string place(std::uint64_t index, std::uint64_t term) {
  return number(index) + "@" + number(term);
}

struct Words {
  std::string operator()(const Append& m) const {
    return "append after " + place(m.prev_index, m.prev_term) + " entries " +
           number(size(m.entries)) + " commit " + number(m.commit) + " round " + number(m.round);
  }
  std::string operator()(const AppendReply& m) const {
    const std::string end = " round " + number(m.round);
    if (m.accepted) return "accepted to " + number(m.match) + end;
    return "refused " + number(m.prev_index) + ", try " + number(m.hint) +
           (m.compacted ? " (compacted)" : "") + end;
  }
  std::string operator()(const VoteRequest& m) const {
    return std::string(m.pre ? "pre-vote? " : "vote? ") + number(m.asked) + " last " +
           place(m.last_index, m.last_term) + (m.transfer ? " transfer" : "");
  }
  std::string operator()(const Vote& m) const {
    return std::string(m.pre ? "pre-vote " : "vote ") + number(m.asked) +
           (m.granted ? " granted" : " refused");
  }
  std::string operator()(const Install& m) const {
    return "snapshot to " + number(m.snapshot ? m.snapshot->at.index : 0) + " round " +
           number(m.round) + (m.reset ? " reset" : "");
  }
  std::string operator()(const Takeover& m) const { return m.now ? "take over" : "may I lead?"; }
};

}  // namespace

std::uint64_t content_hash(const Message& message) { return fingerprint_of(message); }

std::string show(const Message& message) {
  return "term " + number(message.term) + " " + std::visit(Words{}, message.body);
}

std::uint64_t wire_bytes(const Message& message) {
  std::uint64_t bytes = 64;  // frame, checksum, term and fixed fields
  if (const auto* append = std::get_if<Append>(&message.body)) {
    bytes += size(append->entries) * sizeof(Entry);
  } else if (const auto* install = std::get_if<Install>(&message.body);
             install && install->snapshot) {
    bytes += install->snapshot->store.wire_bytes() + install->snapshot->sessions.wire_bytes();
  }
  return bytes;
}

}  // namespace tribunal::sut::raft
