// What a node of the mode leaderless takes for granted of its messages and records.
#include <variant>

#include "cluster/wire/check_parts.h"
#include "cluster/wire/checks.h"

namespace tribunal::cluster::wire {

using namespace sut::leaderless;

namespace {

void inspect_entry(Inspection& in, const Entry& entry, const State& receiver) {
  in.expect(static_cast<bool>(entry.datum), "an entry to bring what it holds");
  if (!entry.datum) return;
  inspect(in, *entry.datum, receiver.options_.conflict, entry.object.type, receiver.nodes_);
}

void inspect_list(Inspection& in, const std::vector<Entry>& entries, const State& receiver) {
  for (const Entry& entry : entries) inspect_entry(in, entry, receiver);
}

// How many nodes a level of the hash tree has.
constexpr std::uint64_t width(std::uint32_t level) {
  return std::uint64_t{1} << (MerkleTree::bits_a_level * level);
}

struct Body {
  Inspection& in;
  const State& receiver;

  void operator()(const Ask& m) const { expect_bounded(in, m.attempt.number, m.request.sequence); }
  // An answer does not say of what object: that is known from the question.
  void operator()(const Told& m) const {
    expect_bounded(in, m.attempt.number);
    if (!m.datum) return;
    sut::replicated::Type type = m.datum->type();
    for (const Operation& op : receiver.operations_) {
      const bool asked = m.attempt.life == receiver.life_ && m.attempt.number == op.number;
      if (asked) type = op.object.type;
    }
    inspect(in, *m.datum, receiver.options_.conflict, type, receiver.nodes_);
  }
  void operator()(const Store& m) const {
    expect_bounded(in, m.attempt.number, m.request.sequence);
    inspect_entry(in, m.entry, receiver);
  }
  void operator()(const Stored& m) const { expect_bounded(in, m.attempt.number); }
  void operator()(const Release& m) const {
    expect_bounded(in, m.attempt.number, m.request.sequence);
  }
  void operator()(const Handoff& m) const { inspect_list(in, m.entries, receiver); }
  void operator()(const HandedOff&) const {}
  void operator()(const Compare& m) const {
    in.expect(m.range < receiver.nodes_, "a range of this cluster");
    in.expect(m.level <= MerkleTree::last_level, "a level of the hash tree");
    if (m.level > MerkleTree::last_level) return;
    const auto index_of = [](const MerkleHash& hash) { return hash.index; };
    in.expect(ascending(m.parents) && ascending(m.hashes, index_of), "hashes to ascend");
    in.expect(m.hashes.empty() || m.hashes.back().index < width(m.level), "hashes of that level");
    const std::uint64_t above = m.level == 0 ? 0 : width(m.level - 1);
    in.expect(m.parents.empty() || m.parents.back() < above, "parents of the level above");
  }
  void operator()(const Exchange& m) const {
    in.expect(m.range < receiver.nodes_, "a range of this cluster");
    in.expect(ascending(m.buckets), "buckets to ascend");
    in.expect(m.buckets.empty() || m.buckets.back() < width(MerkleTree::last_level),
              "buckets of the hash tree");
    inspect_list(in, m.entries, receiver);
  }
};

}  // namespace

Status check(const Message& message, const State& receiver) {
  Inspection in;
  std::visit(Body{in, receiver}, message.body);
  return in.status();
}

Status check(const Record& record, const State& receiver) {
  Inspection in;
  for (const Entry& entry : record.entries) {  // without a datum: forgotten
    if (entry.datum) inspect_entry(in, entry, receiver);
  }
  for (const Hint& hint : record.hints) {
    if (!hint.dropped) inspect_entry(in, hint.entry, receiver);
  }
  for (const Claim& claim : record.claims) expect_bounded(in, claim.request.sequence);
  return in.status();
}

}  // namespace tribunal::cluster::wire
