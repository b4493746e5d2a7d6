// What a write does, decided from the copy of the node that takes it.
#include <algorithm>
#include <cassert>
#include <utility>

#include "sut/replicated/datum.h"

namespace tribunal::sut::replicated {
namespace {

Reply answer(Status status) {
  Reply reply;
  reply.status = status;
  return reply;
}

}  // namespace

std::int64_t block_id(const Dot& dot) {
  // 28 bits of life, 6 of node (a cluster has at most 64), 29 of counter.
  constexpr std::uint64_t life_mask = (std::uint64_t{1} << 28) - 1;
  const std::uint64_t block = (dot.actor.life & life_mask) << 6 | index(dot.actor.node);
  return static_cast<std::int64_t>((block << 29) + dot.counter);
}

Prepared Datum::prepare(const Command& command, const Origin& origin, StampClock& clock) const {
  assert(!is_read(command.kind) && type_of(command.kind) == type_);
  Prepared prepared;
  switch (form()) {
    case Form::add_wins:
      prepared = prepare_add_wins(command, origin, clock);
      break;
    case Form::rows:
      prepared = prepare_rows(command, origin, clock);
      break;
    case Form::latest:
    case Form::side_by_side:
      prepared = prepare_value(command, origin, clock);
      break;
  }
  if (command.kind == CommandKind::next_id && origin.node_blocks) {
    prepared.reply.value = block_id(origin.dot);
  }
  return prepared;
}

Update Datum::blank_update(const Command& command, const Origin& origin, StampClock& clock) const {
  Update update;
  update.command = command;
  update.dot = origin.dot;
  CausalContext past = context_;
  past.merge(origin.client.seen);
  past.merge(origin.past);
  update.stamp = clock.next(origin.wall, origin.dot, past, origin.client.floor, newest());
  return update;
}

// Reads this copy, changes it, and writes it back whole. Only a plain write does not read first: it
// supersedes what its client knew, the others supersede what this copy reflects.
Prepared Datum::prepare_value(const Command& command, const Origin& origin,
                              StampClock& clock) const {
  Value value = resolved();
  // Siblings are several values, so no single one can be compared.
  if (command.kind == CommandKind::cas && siblings().size() > 1) {
    return {answer(Status::mismatch), {}};
  }
  Prepared prepared{value.apply(command, origin.wall), {}};
  if (prepared.reply.status != Status::ok) return prepared;
  const bool takes = command.kind == CommandKind::remove || command.kind == CommandKind::dequeue;
  if (takes && value == resolved()) return prepared;  // there was nothing to take
  Update update = blank_update(command, origin, clock);
  update.context = origin.client.seen;
  if (command.kind != CommandKind::write) update.context.merge(context_);
  update.value = Shared<Value>(std::move(value));
  prepared.update = std::move(update);
  return prepared;
}

// Add-wins set without tombstones (Bieniusa et al., "An optimized conflict-free replicated set",
// 2012). An element is there while it has a dot; removing takes away the dots seen here, and an add
// that this copy has not heard of keeps its own.
Prepared Datum::prepare_add_wins(const Command& command, const Origin& origin,
                                 StampClock& clock) const {
  Prepared prepared{answer(Status::ok), {}};
  if (command.kind == CommandKind::fenced_add && command.b < token_) {
    return {answer(Status::mismatch), {}};
  }
  CausalContext observed;
  for (auto m = std::lower_bound(members_.begin(), members_.end(), Member{command.a, {}});
       m != members_.end() && m->element == command.a; ++m) {
    observed.add(m->dot);
  }
  if (command.kind == CommandKind::remove && observed.empty()) return prepared;
  Update update = blank_update(command, origin, clock);
  update.context = std::move(observed);
  prepared.update = std::move(update);
  return prepared;
}

// A row for each node that counts, so that nobody writes what another has written.
Prepared Datum::prepare_rows(const Command& command, const Origin& origin,
                             StampClock& clock) const {
  Prepared prepared{answer(Status::ok), {}};
  const bool next = command.kind == CommandKind::next_id;
  const std::int64_t amount = next ? 1 : command.a;
  if (next) prepared.reply.value = wrapping_add(resolved().number, 1);
  Update update = blank_update(command, origin, clock);
  update.row.actor = origin.dot.actor;
  for (const Row& row : rows_) {
    if (row.actor == origin.dot.actor) update.row = row;
  }
  const auto size = static_cast<std::uint64_t>(amount);
  (amount < 0 ? update.row.minus : update.row.plus) += amount < 0 ? 0 - size : size;
  prepared.update = std::move(update);
  return prepared;
}

}  // namespace tribunal::sut::replicated
