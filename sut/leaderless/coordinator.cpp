// A node as the coordinator of clients' requests (Dynamo, section 4.5). A read asks every home of
// the key and merges the first r answers. A write is applied to the coordinator's own copy, and the
// whole copy is sent to every home; w acknowledgements make it done. Some writes read first: those
// that change what is there, those that must be carried out only once, and, with write=read-first,
// all of them, so that their stamps pass every completed write (ABD).
#include <algorithm>
#include <cassert>
#include <utility>

#include "sut/leaderless/node.h"

namespace tribunal::sut {

using namespace leaderless;
using replicated::Origin;
using replicated::Policy;
using replicated::Prepared;
using replicated::Stamp;
using replicated::Type;
using replicated::Update;

namespace {

// Carried out twice they do more than once.
bool repeats_matter(CommandKind kind) {
  switch (kind) {
    case CommandKind::cas:
    case CommandKind::increment:
    case CommandKind::enqueue:
    case CommandKind::dequeue:
    case CommandKind::acquire:
      return true;
    default:
      return false;
  }
}

// Its answer cannot be given again by another attempt.
bool answers_a_value(CommandKind kind) {
  return kind == CommandKind::next_id || kind == CommandKind::dequeue ||
         kind == CommandKind::acquire;
}

std::uint64_t digest_of(const SharedDatum& datum) { return datum ? datum->digest() : 0; }
std::uint64_t digest_of(const Datum& datum) { return datum.empty() ? 0 : datum.digest(); }

}  // namespace

// Comparing and setting needs consensus; quorums only pretend.
bool Leaderless::refused(const Command& command) const {
  if (disk_failed_) return true;
  switch (command.kind) {
    case CommandKind::cas:
    case CommandKind::dequeue:
    case CommandKind::acquire:
    case CommandKind::release:
      return !options_.cas_quorum;
    case CommandKind::transact:  // no replica has a copy of a specification's data to decide by
    case CommandKind::inspect:
      return true;
    default:
      return false;
  }
}

bool Leaderless::needs_reading(const Command& command) const {
  if (options_.write == WriteRule::read_first) return true;
  const bool crdt = options_.conflict == Policy::crdt || options_.conflict == Policy::crdt_max;
  switch (command.kind) {
    case CommandKind::write:
      return false;
    case CommandKind::next_id:
      return false;  // from a block of the node's own, or from its copy
    case CommandKind::add:
    case CommandKind::increment:
      return !crdt;  // else the value is replaced whole
    default:
      return true;
  }
}

void Leaderless::request(Step& s, const Request& request) {
  const Command& command = request.command;
  if (refused(command)) {
    respond(s, request.id, {});  // unavailable
    return;
  }
  for (const Operation& op : operations_) {
    if (op.request == request.id && op.phase != Phase::settle) return;  // will be answered
  }
  Operation op;
  op.number = next_operation_++;
  op.request = request.id;
  op.command = command;
  op.object = {replicated::type_of(command.kind), command.key};
  op.client = request.context;
  op.merged = Datum(options_.conflict, op.object.type);
  op.deadline = s.clocks.steady + options_.timeout;
  op.resend_at = s.clocks.steady + options_.resend;
  const bool reads = is_read(command.kind);
  op.claims = !reads && options_.dedup &&
              (options_.write == WriteRule::read_first || repeats_matter(command.kind));
  operations_.push_back(std::move(op));
  Operation& started = operations_.back();
  if (reads || started.claims || needs_reading(command)) {
    ask_homes(s, started);
  } else {
    begin_write(s, started);
  }
}

void Leaderless::ask_homes(Step& s, Operation& op) {
  const Placement places = placement();
  const std::uint16_t range = range_of(op.object);
  for (std::uint16_t i = 0; i < places.homes(); ++i) ask(s, op, places.at(range, i));
}

// Not before this life is on disk: the next one must not give its operations and writes the names
// of this one's, or answers to a question would be taken for answers to another.
void Leaderless::ask(Step& s, const Operation& op, NodeId to) {
  send(s, to, {Ask{{life_, op.number}, op.object, op.claims, op.request}},
       under_way(life_write_) ? life_write_ : 0);
}

void Leaderless::store_at_homes(Step& s, Operation& op) {
  op.phase = Phase::store;
  const Placement places = placement();
  const std::uint16_t range = range_of(op.object);
  for (std::uint16_t i = 0; i < places.homes(); ++i) {
    const NodeId home = places.at(range, i);
    if ((op.acked & bit(home)) == 0) store(s, op, home);
  }
}

void Leaderless::store(Step& s, const Operation& op, NodeId to, NodeId hint_for) {
  const bool marks = op.claims && op.phase == Phase::store;
  send(s, to, {Store{{life_, op.number}, {op.object, op.outgoing}, hint_for, marks, op.request}},
       under_way(life_write_) ? life_write_ : 0);
}

Operation* Leaderless::find(Attempt attempt) {
  if (attempt.life != life_) return nullptr;
  const auto place = std::lower_bound(
      operations_.begin(), operations_.end(), attempt.number,
      [](const Operation& op, std::uint64_t number) { return op.number < number; });
  return place != operations_.end() && place->number == attempt.number ? &*place : nullptr;
}

void Leaderless::finish(std::uint64_t number) {
  std::erase_if(operations_, [&](const Operation& op) { return op.number == number; });
}

// ---- answers to questions ----

void Leaderless::handle(Step& s, NodeId from, const Told& told) {
  Operation* op = find(told.attempt);
  if (op == nullptr || op->phase == Phase::store) return;
  const bool home = placement().is_home(range_of(op->object), from);
  if (told.granted && home) op->granted |= bit(from);
  if (told.stored) op->done_before = true;
  if (told.datum) op->merged.merge(*told.datum);
  if ((op->told & bit(from)) == 0) {
    op->told |= bit(from);
    op->holdings.push_back({from, digest_of(told.datum)});
  } else {
    for (Holding& holding : op->holdings) {
      if (holding.node == from) holding.digest = digest_of(told.datum);
    }
    if (mutated(Mutation::repeats_counted)) ++op->repeats;
  }
  if (op->phase == Phase::settle) {
    settle(s, *op);
  } else if (count(op->told) + op->repeats >= read_quorum()) {
    quorum_told(s, *op);
  }
}

void Leaderless::quorum_told(Step& s, Operation& op) {
  if (is_read(op.command.kind)) {
    if (options_.read_repair == ReadRepair::sync) {
      write_back(s, op);
    } else {
      answer_read(s, op);
    }
  } else if (op.done_before) {
    write_back(s, op);
  } else if (!op.claims || count(op.granted) >= majority()) {
    begin_write(s, op);
  }
}

// The second phase of a read (ABD): what is about to be shown must be at a write quorum first, or
// the next read could miss it. Registers have a newest value, which this makes newest everywhere.
// Sets and counters only grow: two reads at a time could each see what the other does not. So a
// quorum of which any two intersect must hold exactly what is shown; what a replica held at two
// moments is always more and less of the same (Skrzypczak, Schintke and Schütt, PODC 2019).
void Leaderless::write_back(Step& s, Operation& op) {
  const std::uint64_t newest = digest_of(op.merged);
  op.acked = 0;
  op.held_more = false;
  for (const Holding& holding : op.holdings) {
    if (holding.digest == newest) op.acked |= bit(holding.node);
  }
  op.outgoing = SharedDatum(op.merged);
  op.phase = Phase::store;
  if (!op.merged.empty() && count(op.acked) < quorum_for(op)) {
    store_at_homes(s, op);
    if (!mutated(Mutation::no_write_back)) return;
  }
  op.acked = ~std::uint64_t{0};
  check_acked(s, op);
}

void Leaderless::answer_read(Step& s, Operation& op) {
  respond(s, op.request, op.merged.read(op.command));
  if (options_.read_repair == ReadRepair::async) {
    op.phase = Phase::settle;
    settle(s, op);
  } else {
    finish(op.number);
  }
}

// Read repair after the answer (Dynamo, section 5): once every home has told, or time is up, those
// that hold less than all of them together are brought up to date.
void Leaderless::settle(Step& s, Operation& op) {
  const Placement places = placement();
  const std::uint16_t range = range_of(op.object);
  std::uint64_t silent = 0;
  for (std::uint16_t i = 0; i < places.homes(); ++i) silent |= bit(places.at(range, i)) & ~op.told;
  if (silent != 0 && s.clocks.steady < op.deadline) return;
  const std::uint64_t newest = digest_of(op.merged);
  op.outgoing = SharedDatum(op.merged);
  for (const Holding& holding : op.holdings) {
    const bool home = places.is_home(range, holding.node);
    if (home && newest != 0 && holding.digest != newest) store(s, op, holding.node);
  }
  finish(op.number);
}

// ---- writing ----

void Leaderless::begin_write(Step& s, Operation& op) {
  if (disk_failed_) {
    give_up(s, op);
    return;
  }
  Item& item = item_of(op.object);
  const Stamp newest = op.merged.newest();
  if (!mutated(Mutation::stamp_not_above)) {
    item.datum.merge(op.merged);
    clock_.observe(newest);
  }
  Origin origin;
  origin.dot = {{self_, life_}, next_dot_++};
  origin.wall = s.clocks.wall;
  origin.client = replicated::decode(op.client);
  origin.node_blocks = options_.ids == Ids::node_blocks;
  Prepared prepared = item.datum.prepare(op.command, origin, clock_);
  if (!prepared.update) {  // the state forbids it, or there is nothing to do
    respond(s, op.request, std::move(prepared.reply));
    finish(op.number);
    return;
  }
  Update update = std::move(*prepared.update);
  const bool behind = options_.write == WriteRule::read_first && update.stamp < newest;
  if (behind && !mutated(Mutation::stamp_not_above)) {  // a wall clock may be anywhere
    update.stamp.time = newest.time + 1;
  }
  item.datum.apply(update);
  op.outgoing = SharedDatum(item.datum);
  changed(s, item, op.outgoing);
  op.has_value = prepared.reply.value.has_value();
  op.value = prepared.reply.value.value_or(0);
  op.context = item.datum.written(update, origin.client);
  store_at_homes(s, op);
}

void Leaderless::handle(Step& s, NodeId from, const Stored& stored) {
  Operation* op = find(stored.attempt);
  if (op == nullptr || op->phase != Phase::store) return;
  if ((op->acked & bit(from)) != 0 && mutated(Mutation::repeats_counted)) ++op->repeats;
  op->acked |= bit(from);
  if (is_read(op->command.kind) && mergeable(op->object) &&
      stored.digest != digest_of(op->outgoing)) {
    op->held_more = true;
  }
  check_acked(s, *op);
}

std::uint16_t Leaderless::quorum_for(const Operation& op) const {
  const bool exact = is_read(op.command.kind) && mergeable(op.object);
  return exact ? std::max(write_quorum(), majority()) : write_quorum();
}

// Under a new number, so that late answers to the first attempt are not taken for new ones.
void Leaderless::read_again(Step& s, Operation& op) {
  Operation next = op;
  finish(op.number);
  next.number = next_operation_++;
  next.phase = Phase::ask;
  next.told = next.acked = 0;
  next.holdings.clear();
  next.held_more = false;
  next.outgoing = {};
  operations_.push_back(std::move(next));
  ask_homes(s, operations_.back());
}

void Leaderless::check_acked(Step& s, Operation& op) {
  if (count(op.acked) + op.repeats < quorum_for(op)) return;
  if (is_read(op.command.kind) && op.held_more && !mutated(Mutation::reads_not_stable)) {
    read_again(s, op);
    return;
  }
  if (is_read(op.command.kind)) {
    respond(s, op.request, op.merged.read(op.command));
  } else if (!op.done_before || !answers_a_value(op.command.kind)) {
    Reply reply;
    reply.status = Status::ok;
    if (op.has_value) reply.value = op.value;
    reply.context = op.context;
    respond(s, op.request, std::move(reply));
  }
  finish(op.number);
}

void Leaderless::respond(Step& s, RequestId to, Reply reply) const {
  s.out.emit(Respond{to, std::move(reply), std::nullopt});
}

}  // namespace tribunal::sut
