// What a replica of the mode multi-leader takes for granted of its messages and records.
#include <tuple>

#include "cluster/wire/check_parts.h"
#include "cluster/wire/checks.h"

namespace tribunal::cluster::wire {

using namespace sut::multi_leader;

namespace {

void inspect_transaction(Inspection& in, const Entry& entry, const State& receiver) {
  const sut::replicated::Update& update = entry.update;
  in.expect(update.command.kind == sut::CommandKind::transact, "an event of a transaction");
  in.expect(index(update.dot.actor.node) < receiver.nodes_ && update.dot.counter > 0,
            "an update to name a write");
  in.expect(update.stamp.dot == update.dot, "an update to be stamped with its own name");
  expect_bounded(in, update.dot.counter, update.stamp.time, update.stamp.logical);
  inspect(in, *entry.event, receiver.program_);
}

void inspect_list(Inspection& in, const std::vector<Entry>& entries, const State& receiver) {
  for (const Entry& entry : entries) {
    if (entry.event) {
      inspect_transaction(in, entry, receiver);
    } else {
      inspect(in, entry.update, receiver.options_.conflict, receiver.nodes_);
    }
    inspect(in, entry.dependencies, receiver.nodes_);
  }
}

void inspect_state(Inspection& in, const SharedSnapshot& state, const State& receiver) {
  if (!state) return;
  inspect(in, state->seen, receiver.nodes_);
  inspect(in, state->clock);
  in.expect(ascending(state->objects, [](const Object& o) { return std::tuple(o.type, o.key); }),
            "objects to ascend by type and key");
  for (const Object& object : state->objects) {
    inspect(in, object.datum, receiver.options_.conflict, object.type, receiver.nodes_);
  }
  inspect(in, state->instances, receiver.program_);
}

}  // namespace

Status check(const Message& message, const State& receiver) {
  Inspection in;
  expect_bounded(in, message.number, message.echo);
  inspect(in, message.seen, receiver.nodes_);
  inspect_list(in, message.entries, receiver);
  inspect_state(in, message.state, receiver);
  return in.status();
}

Status check(const Record& record, const State& receiver) {
  Inspection in;
  expect_bounded(in, record.ordinal);
  inspect(in, record.clock);
  inspect(in, record.floor, receiver.nodes_);
  inspect_list(in, record.entries, receiver);
  inspect_state(in, record.snapshot, receiver);
  in.expect(record.kind != RecordKind::checkpoint || record.snapshot, "a checkpoint with a state");
  return in.status();
}

}  // namespace tribunal::cluster::wire
