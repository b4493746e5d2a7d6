// What a Raft server takes for granted of its messages and records.
#include <variant>

#include "cluster/wire/check_parts.h"
#include "cluster/wire/checks.h"

namespace tribunal::cluster::wire {

using namespace sut::raft;

namespace {

void inspect_batch(Inspection& in, const Batch& batch, std::uint16_t nodes) {
  if (!batch) return;
  in.expect(size(batch) > 0, "a batch of at least one entry");
  inspect_entries(in, batch->list());
  for (const Entry& entry : batch->list()) {
    in.expect(only_nodes(entry.members, nodes), "members that are nodes of this cluster");
  }
}

void inspect_members(Inspection& in, const Configuration& members, std::uint64_t at,
                     std::uint16_t nodes) {
  in.expect(members.members != 0 && only_nodes(members.members, nodes),
            "members that are nodes of this cluster");
  in.expect(members.index <= at, "members from an entry that the snapshot includes");
}

void inspect_snapshot(Inspection& in, const SharedSnapshot& snapshot, std::uint16_t nodes,
                      const spec::Program& program) {
  if (!snapshot) return;
  in.expect(snapshot->at.index > 0, "a snapshot of at least one entry");
  inspect(in, snapshot->at);
  inspect(in, snapshot->store, program);
  inspect(in, snapshot->sessions);
  inspect_members(in, snapshot->members, snapshot->at.index, nodes);
}

struct Body {
  Inspection& in;
  std::uint16_t nodes;
  const spec::Program& program;

  void operator()(const Append& m) const {
    expect_bounded(in, m.prev_index, m.prev_term, m.commit, m.round);
    inspect_batch(in, m.entries, nodes);
  }
  void operator()(const AppendReply& m) const {
    expect_bounded(in, m.prev_index, m.match, m.hint, m.round);
  }
  void operator()(const VoteRequest& m) const {
    expect_bounded(in, m.asked, m.last_index, m.last_term);
  }
  void operator()(const Vote& m) const { expect_bounded(in, m.asked); }
  void operator()(const Install& m) const {
    expect_bounded(in, m.round);
    inspect_snapshot(in, m.snapshot, nodes, program);
  }
  void operator()(const Takeover&) const {}
};

}  // namespace

Status check(const Message& message, const State& receiver) {
  Inspection in;
  expect_bounded(in, message.term);
  std::visit(Body{in, receiver.nodes_, receiver.program_}, message.body);
  return in.status();
}

Status check(const Record& record, const State& receiver) {
  Inspection in;
  const std::uint16_t nodes = receiver.nodes_;
  expect_bounded(in, record.ordinal, record.term, record.first);
  inspect(in, record.base);
  inspect_batch(in, record.entries, nodes);
  inspect_snapshot(in, record.snapshot, nodes, receiver.program_);
  if (record.kind != RecordKind::checkpoint) return in.status();
  inspect_members(in, record.members, record.base.index, nodes);
  const std::uint64_t reached = record.snapshot ? record.snapshot->at.index : 0;
  in.expect(record.base.index <= reached && reached <= record.base.index + size(record.entries),
            "a snapshot within the log of its checkpoint");
  return in.status();
}

}  // namespace tribunal::cluster::wire
