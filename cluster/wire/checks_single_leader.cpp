// What a replica of the mode single-leader takes for granted of its messages and records.
#include <variant>

#include "cluster/wire/check_parts.h"
#include "cluster/wire/checks.h"

namespace tribunal::cluster::wire {

using namespace sut::single_leader;

namespace {

void inspect_log(Inspection& in, const std::vector<Entry>& entries) {
  inspect_entries(in, entries);
  for (const Entry& entry : entries) {
    in.expect(entry.is_noop() || !is_read(entry.command.kind), "no reads in the log");
  }
}

void inspect_snapshot(Inspection& in, const SharedSnapshot& snapshot,
                      const spec::Program& program) {
  if (!snapshot) return;
  in.expect(snapshot->at.index > 0, "a snapshot of at least one entry");
  inspect(in, snapshot->at);
  inspect(in, snapshot->store, program);
  inspect(in, snapshot->sessions);
}

struct Body {
  Inspection& in;
  std::uint16_t nodes;
  const spec::Program& program;

  void operator()(const Append& m) const {
    expect_bounded(in, m.prev_index, m.prev_term, m.commit, m.round, m.members_number);
    in.expect(only_nodes(m.members_mask, nodes), "members that are nodes of this cluster");
    inspect_log(in, m.entries);
  }
  void operator()(const AppendReply& m) const {
    expect_bounded(in, m.prev_index, m.match, m.hint, m.round, m.members_number);
  }
  void operator()(const VoteRequest& m) const { expect_bounded(in, m.last_index, m.last_term); }
  void operator()(const Vote&) const {}
  void operator()(const Install& m) const {
    expect_bounded(in, m.round);
    inspect_snapshot(in, m.snapshot, program);
  }
  void operator()(const Alive&) const {}
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
  expect_bounded(in, record.ordinal, record.term, record.first, record.members.term,
                 record.members.number);
  in.expect(only_nodes(record.members.mask, receiver.nodes_),
            "members that are nodes of this cluster");
  inspect(in, record.base);
  inspect_log(in, record.entries);
  inspect_snapshot(in, record.snapshot, receiver.program_);
  if (record.kind != RecordKind::checkpoint) return in.status();
  const std::uint64_t reached = record.snapshot ? record.snapshot->at.index : 0;
  in.expect(record.base.index <= reached && reached <= record.base.index + record.entries.size(),
            "a snapshot within the log of its checkpoint");
  return in.status();
}

}  // namespace tribunal::cluster::wire
