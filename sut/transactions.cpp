#include "sut/transactions.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "spec/arguments.h"
#include "spec/encoding.h"
#include "sut/fields.h"

namespace tribunal::sut {

using spec::Instance;
using spec::Outcome;
using spec::Program;

static_assert(lists_every_field<spec::Stamp>() && lists_every_field<spec::Change>());
static_assert(lists_every_field<spec::Event>() && lists_every_field<spec::Instance>());

namespace {

Decided refused(const spec::Refusal& refusal) {
  Decided decided;
  decided.reply.status = Status::mismatch;
  decided.reply.value = spec::encode(refusal);
  return decided;
}

spec::Inspection inspected(const spec::Layout& layout, const Instance& instance, bool full) {
  spec::Inspection result;
  result.frontier = spec::frontier_of(instance.events);
  const spec::Replica replica = instance.replica(layout);
  const spec::Values values = spec::shown(layout, replica.state(), &result.overflowed);
  for (const std::uint32_t invariant : spec::violated(layout, values, &result.overflowed)) {
    spec::Violation violation{invariant, {}};
    for (const spec::Binding& bound : spec::witness(layout, invariant, values)) {
      violation.witness.push_back(bound.value);
    }
    result.violated.push_back(std::move(violation));
  }
  Fingerprint print;
  for (const std::int64_t value : values) print.add(value);
  result.digest = print.value();
  result.full = full;
  if (full) result.events = instance.events;
  return result;
}

}  // namespace

Decided transact(const Program& program, const Instance* instance, const Command& command,
                 const Decider& decider) {
  const auto index = static_cast<std::uint64_t>(command.a);
  if (!program || index >= program.spec().transactions.size()) {
    return refused({Outcome::argument, 0});
  }
  const auto transaction = static_cast<std::uint32_t>(index);
  const spec::Layout& layout = program.layout();
  const std::size_t chosen =
      spec::chosen_parameters(program.spec().transactions[transaction]).size();
  const spec::Replica replica =
      instance != nullptr ? instance->replica(layout) : spec::Replica(layout);
  spec::Attempt attempt =
      replica.attempt(layout, transaction, spec::unpack_arguments(command.b, chosen),
                      decider.replica, decider.replicas, decider.life);
  if (attempt.outcome != Outcome::committed) return refused({attempt.outcome, attempt.invariant});
  return {committed(attempt.event), std::move(attempt.event)};
}

std::optional<std::uint32_t> home(const Program& program, const Command& command,
                                  std::uint32_t replicas) {
  const auto index = static_cast<std::uint64_t>(command.a);
  if (!program || index >= program.placement().size()) return std::nullopt;
  const auto transaction = static_cast<std::uint32_t>(index);
  const std::size_t chosen =
      spec::chosen_parameters(program.spec().transactions[transaction]).size();
  return spec::home_of(program.spec(), program.placement(), transaction,
                       spec::unpack_arguments(command.b, chosen), replicas);
}

Reply inspect(const Program& program, const Instance* instance, const Command& command) {
  Reply reply;
  reply.status = program ? Status::ok : Status::mismatch;
  if (!program) return reply;
  const Instance none;
  reply.elements = spec::encode(
      inspected(program.layout(), instance != nullptr ? *instance : none, command.a == 1));
  return reply;
}

Reply committed(const spec::Event& event) {
  Reply reply;
  reply.status = Status::ok;
  reply.value = static_cast<std::int64_t>(event.stamp.time);
  reply.elements = spec::encode(spec::receipt_of(event));
  return reply;
}

Reply committed_again(const Instance& instance, std::int64_t time) {
  const auto found =
      std::find_if(instance.events.begin(), instance.events.end(), [&](const spec::Event& event) {
        return event.stamp.time == static_cast<std::uint64_t>(time);
      });
  if (found != instance.events.end()) return committed(*found);
  Reply reply;  // it was committed, that much is certain
  reply.status = Status::ok;
  return reply;
}

Content content(const Instance& instance) {
  Content content{CommandKind::inspect, instance.key, {}};
  for (const spec::Event& event : instance.events) {
    content.values.push_back(static_cast<std::int64_t>(event.stamp.time));
    content.values.push_back(event.stamp.replica);
  }
  return content;
}

std::uint64_t wire_bytes(const spec::Event& event) {
  std::uint64_t bytes = 24 + 8 * event.arguments.size() + 12 * event.past.size();
  for (const spec::Change& change : event.changes) bytes += 16 + 12 * change.observed.size();
  return bytes;
}

std::uint64_t wire_bytes(const Instance& instance) {
  std::uint64_t bytes = 16;
  for (const spec::Event& event : instance.events) bytes += wire_bytes(event);
  return bytes;
}

}  // namespace tribunal::sut
