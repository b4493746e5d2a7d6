// What hosts want to know of a message: a hash, words, a size.
#include "sut/leaderless/message.h"

namespace tribunal::sut::leaderless {
namespace {

std::string number(std::uint64_t value) { return std::to_string(value); }
std::string show(const Attempt& a) { return " #" + number(a.life) + "." + number(a.number); }
std::string show(const Object& object) {
  static constexpr const char* types[] = {"r", "s", "c", "q", "l"};
  return std::string(" ") + types[static_cast<std::size_t>(object.type)] + number(object.key);
}
std::string show(const SharedDatum& datum) {
  if (!datum) return " nothing";
  const std::vector<std::int64_t> values = datum->content(0).values;
  if (values.empty()) return " empty";
  const std::string newest = std::to_string(values.back());
  return values.size() == 1 ? " " + newest : " " + number(values.size()) + " values";
}

struct Shower {
  std::string operator()(const Ask& m) const {
    return "ask" + show(m.attempt) + show(m.object) + (m.claim ? " claim" : "");
  }
  std::string operator()(const Told& m) const {
    return "told" + show(m.attempt) + show(m.datum) + (m.granted ? " granted" : "") +
           (m.stored ? " stored" : "");
  }
  std::string operator()(const Store& m) const {
    const bool hint = m.hint_for != no_node;
    return "store" + show(m.attempt) + show(m.entry.object) + show(m.entry.datum) +
           (hint ? " for n" + number(index(m.hint_for) + 1U) : "");
  }
  std::string operator()(const Stored& m) const { return "stored" + show(m.attempt); }
  std::string operator()(const Release& m) const { return "release" + show(m.attempt); }
  std::string operator()(const Handoff& m) const {
    return "handoff of " + number(m.entries.size());
  }
  std::string operator()(const HandedOff& m) const {
    return "handed-off " + number(m.receipts.size());
  }
  std::string operator()(const Compare& m) const {
    return "compare range=" + number(m.range) + " level=" + number(m.level) +
           " hashes=" + number(m.hashes.size());
  }
  std::string operator()(const Exchange& m) const {
    return "exchange range=" + number(m.range) + " buckets=" + number(m.buckets.size()) +
           " entries=" + number(m.entries.size()) + (m.answer ? " answer" : "");
  }
};

std::uint64_t bytes_of(const SharedDatum& datum) { return datum ? datum->wire_bytes() : 0; }
std::uint64_t bytes_of(const std::vector<Entry>& entries) {
  std::uint64_t bytes = 0;
  for (const Entry& entry : entries) bytes += 16 + bytes_of(entry.datum);
  return bytes;
}

struct Sizer {
  std::uint64_t operator()(const Told& m) const { return bytes_of(m.datum); }
  std::uint64_t operator()(const Store& m) const { return bytes_of(m.entry.datum); }
  std::uint64_t operator()(const Handoff& m) const { return bytes_of(m.entries); }
  std::uint64_t operator()(const HandedOff& m) const { return m.receipts.size() * sizeof(Receipt); }
  std::uint64_t operator()(const Compare& m) const {
    return m.parents.size() * 8 + m.hashes.size() * sizeof(MerkleHash);
  }
  std::uint64_t operator()(const Exchange& m) const {
    return m.buckets.size() * 8 + bytes_of(m.entries);
  }
  template <class Other>
  std::uint64_t operator()(const Other&) const {
    return 0;
  }
};

}  // namespace

std::uint64_t content_hash(const Message& message) { return fingerprint_of(message); }
std::string show(const Message& message) { return std::visit(Shower{}, message.body); }
std::uint64_t wire_bytes(const Message& message) {
  constexpr std::uint64_t header = 64;  // frame, checksum and fixed fields
  return header + std::visit(Sizer{}, message.body);
}
bool carries_data(const Message& message) {
  return std::holds_alternative<Store>(message.body) ||
         std::holds_alternative<Handoff>(message.body) ||
         std::holds_alternative<Exchange>(message.body);
}

}  // namespace tribunal::sut::leaderless
