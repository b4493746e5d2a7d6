#include "cluster/wire/check_parts.h"

#include <tuple>

namespace tribunal::cluster::wire {

using sut::replicated::CausalContext;
using sut::replicated::Datum;
using sut::replicated::Dot;
using sut::replicated::Policy;
using sut::replicated::Stamp;
using sut::replicated::StampClock;
using sut::replicated::Type;
using sut::replicated::Update;
using sut::replicated::Value;

namespace {

constexpr auto key_of = [](const auto& item) { return item.key; };

// How a policy keeps a type, as Datum does: elements, rows, or else values whole.
bool crdt(Policy policy) { return policy == Policy::crdt || policy == Policy::crdt_max; }
bool keeps_elements(Policy policy, Type type) { return crdt(policy) && type == Type::set; }
bool keeps_rows(Policy policy, Type type) { return crdt(policy) && type == Type::counter; }
bool keeps_values(Policy policy, Type type) {
  return !keeps_elements(policy, type) && !keeps_rows(policy, type);
}

bool names_a_write(const Dot& dot, std::uint16_t nodes) {
  return index(dot.actor.node) < nodes && dot.counter > 0 && bounded(dot.counter);
}

}  // namespace

void inspect(Inspection& in, const spec::Event& event, const spec::Program& program) {
  in.expect(program && spec::fits(program.layout(), event), "events of the specification");
}

void inspect(Inspection& in, const std::vector<spec::Instance>& instances,
             const spec::Program& program) {
  in.expect(ascending(instances, key_of), "instances to ascend by key");
  for (const spec::Instance& instance : instances) {
    in.expect(program && spec::fits(program.layout(), instance),
              "ascending events of the specification");
  }
}

void inspect(Inspection& in, const sut::Store& store, const spec::Program& program) {
  const auto& [registers, sets, counters, queues, locks, instances] = sut::Store::fields(store);
  const bool sorted = ascending(registers, key_of) && ascending(sets, key_of) &&
                      ascending(counters, key_of) && ascending(queues, key_of) &&
                      ascending(locks, key_of);
  in.expect(sorted, "the objects of a state to ascend by key");
  for (const auto& set : sets) in.expect(ascending(set.elements), "a set to ascend");
  for (const auto& lock : locks) expect_bounded(in, lock.token);
  inspect(in, instances, program);
}

void inspect(Inspection& in, const sut::Sessions& sessions) {
  const auto& [list] = sut::Sessions::fields(sessions);
  in.expect(ascending(list, [](const auto& session) { return session.client; }),
            "sessions to ascend by client");
  for (const auto& session : list) expect_bounded(in, session.sequence);
}

void inspect(Inspection& in, const sut::Position& position) {
  expect_bounded(in, position.index, position.term);
}

void inspect(Inspection& in, const CausalContext& context, std::uint16_t nodes) {
  in.expect(ascending(context.vector(), [](const Dot& dot) { return dot.actor; }),
            "a version vector to ascend by node and life");
  in.expect(ascending(context.singles()), "single dots to ascend");
  for (const Dot& dot : context.vector()) {
    in.expect(names_a_write(dot, nodes), "every dot to name a write");
  }
  for (const Dot& dot : context.singles()) {
    in.expect(names_a_write(dot, nodes) && dot.counter > context.upto(dot.actor),
              "single dots to be beyond the version vector");
  }
}

void inspect(Inspection& in, const Stamp& stamp, std::uint16_t nodes) {
  expect_bounded(in, stamp.time, stamp.logical);
  in.expect(names_a_write(stamp.dot, nodes), "a stamp to name a write");
}

void inspect(Inspection& in, const StampClock& clock) {
  const auto& [kind, time, logical] = StampClock::fields(clock);
  static_cast<void>(kind);
  expect_bounded(in, time, logical);
}

void inspect(Inspection& in, const Value& value, Type type) {
  in.expect(value.type == type, "a value of the type of its object");
  if (type == Type::set) in.expect(ascending(value.items), "a set to ascend");
  if (type == Type::lock) expect_bounded(in, value.token);
}

void inspect(Inspection& in, const Update& update, Policy policy, std::uint16_t nodes) {
  in.expect(!is_read(update.command.kind) && update.command.kind != sut::CommandKind::transact,
            "an update to write");
  in.expect(names_a_write(update.dot, nodes) && update.stamp.dot == update.dot,
            "an update to be stamped with its own name");
  inspect(in, update.stamp, nodes);
  inspect(in, update.context, nodes);
  const Type type = sut::replicated::type_of(update.command.kind);
  if (keeps_values(policy, type)) {
    in.expect(static_cast<bool>(update.value), "an update to bring the value that it writes");
    if (update.value) inspect(in, *update.value, type);
  }
  if (keeps_rows(policy, type)) {
    in.expect(update.row.actor == update.dot.actor, "a row of the node that counted");
  }
}

void inspect(Inspection& in, const Datum& datum, Policy wanted, Type type, std::uint16_t nodes) {
  const auto& [policy, kept, versions, context, members, rows, token] = Datum::fields(datum);
  static_cast<void>(token);
  in.expect(policy == wanted, "a copy under the conflict policy of this cluster");
  in.expect(kept == type, "a copy of the type of its object");
  inspect(in, context, nodes);

  const bool one = policy != Policy::siblings;
  in.expect(versions.empty() || (keeps_values(policy, kept) && !(one && versions.size() > 1)),
            "as many values as the conflict policy keeps");
  in.expect(members.empty() || keeps_elements(policy, kept), "elements in a set only");
  in.expect(rows.empty() || keeps_rows(policy, kept), "rows in a counter only");
  in.expect(ascending(versions, [](const auto& version) { return version.stamp.dot; }),
            "values to ascend by name");
  in.expect(ascending(members), "elements to ascend");
  in.expect(ascending(rows, [](const auto& row) { return row.actor; }), "rows to ascend by node");
  for (const auto& version : versions) {
    inspect(in, version.stamp, nodes);
    in.expect(static_cast<bool>(version.value), "every version to have a value");
    if (version.value) inspect(in, *version.value, kept);
    in.expect(context.covers(version.stamp.dot), "a copy to know of the writes that it keeps");
  }
  for (const auto& member : members) {
    in.expect(context.covers(member.dot), "a copy to know of the writes that it keeps");
  }
}

}  // namespace tribunal::cluster::wire
