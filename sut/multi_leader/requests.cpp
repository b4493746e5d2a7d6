// What clients ask for is decided here and now, from this node's own copy.
#include <utility>

#include "sut/multi_leader/node.h"
#include "sut/transactions.h"

namespace tribunal::sut {

using namespace multi_leader;
using replicated::CausalContext;
using replicated::Datum;
using replicated::Dot;
using replicated::Token;

void MultiLeader::request(Step& s, const Request& request) {
  const Token client = replicated::decode(request.context);
  const bool causal = options_.delivery == Delivery::causal;
  const bool behind =
      causal && !(has_seen(client) && has_seen(replicated::decode(request.session)));
  if (disk_failed_ || behind) {
    s.out.emit(Respond{request.id, Reply{}, std::nullopt});  // unavailable
    return;
  }
  if (is_read(request.command.kind)) {
    read(s, request);
  } else if (request.command.kind == CommandKind::transact) {
    transact(s, request);
  } else {
    write(s, request, client);
  }
}

// Whether all that the client was shown has arrived here, so that it sees its own writes, and
// nothing goes back in time for it, also when it changes nodes. A session is all that a node had
// applied when it answered: what was shown depends on no more than that.
bool MultiLeader::has_seen(const Token& client) const {
  const auto here = [&](const Dot& dot) { return seen_.covers(dot) || lost(dot); };
  for (const Dot& dot : client.seen.vector()) {
    if (!here(dot)) return false;
  }
  for (const Dot& dot : client.seen.singles()) {
    if (!here(dot)) return false;
  }
  return true;
}

// A node that came back without a write of an earlier life of its own has lost it: what was shown
// was not durable, or the disk lied. Nobody waits for what may be gone for ever.
bool MultiLeader::lost(const Dot& dot) const {
  if (index(dot.actor.node) >= nodes_) return true;
  if (dot.actor.node == self_) return dot.actor.life < life_;
  const Peer& writer = peers_[index(dot.actor.node)];
  return writer.reported && dot.actor.life < writer.life && !writer.seen.covers(dot);
}

void MultiLeader::read(Step& s, const Request& request) {
  const Command& command = request.command;
  if (command.kind == CommandKind::inspect) {
    answer(s, request.id, inspect(program_, spec::find(instances_, command.key), command));
    return;
  }
  const Datum* found = find(replicated::type_of(command.kind), command.key);
  const Datum none(options_.conflict, replicated::type_of(command.kind));
  answer(s, request.id, (found != nullptr ? found : &none)->read(command));
}

void MultiLeader::write(Step& s, const Request& request, const Token& client) {
  Command command = request.command;
  if (command.kind == CommandKind::cas && !certified(command, client)) {
    Reply refusal;
    refusal.status = Status::mismatch;
    answer(s, request.id, std::move(refusal));
    return;
  }
  if (command.kind == CommandKind::cas && options_.certify == Certify::writeset) {
    command = {CommandKind::write, command.key, command.b, 0};  // what was read is not looked at
  }
  Datum& datum = datum_of(command);
  const bool blocks = options_.ids == Ids::node_blocks;
  const Dot dot{actor(), counter_ + 1};
  const bool sized = clock_.kind() == replicated::ClockKind::version_vector;
  auto prepared = datum.prepare(
      command, {dot, s.clocks.wall, client, blocks, sized ? seen_ : CausalContext{}}, clock_);
  if (prepared.update) {
    datum.apply(*prepared.update);
    prepared.reply.context = datum.written(*prepared.update, client);
    take_own(s, {*std::move(prepared.update), new_dependencies()});
  }
  answer(s, request.id, std::move(prepared.reply));
}

// A write that is applied here, to go to the others. Its dot is the next one of this node.
void MultiLeader::take_own(Step& s, Entry entry) {
  const Dot& dot = entry.update.dot;
  counter_ = dot.counter;
  seen_.raise(dot);
  have_.raise(dot);
  told_ = seen_;
  remember(s, entry);
}

// First committer wins, among the writes known here: nobody may have written the object since the
// client looked. writeset holds it against the write sets of other nodes only, and so overlooks
// what other clients of this node wrote meanwhile.
bool MultiLeader::certified(const Command& command, const Token& client) const {
  const Datum* found = find(replicated::type_of(command.kind), command.key);
  if (found == nullptr || options_.certify == Certify::off) return true;
  if (options_.certify == Certify::on) return found->shown_to(client);
  const Dot latest = found->newest().dot;
  return latest.actor.node == self_ || client.seen.covers(latest);
}

// What was applied since the own write before. Updates of one node are applied in order, so that
// what earlier ones depend on need not be said again.
CausalContext MultiLeader::new_dependencies() const {
  CausalContext fresh;
  for (const Dot& dot : seen_.vector()) {
    if (dot.actor != actor() && !told_.covers(dot)) fresh.raise(dot);
  }
  return fresh;
}

// The answer goes out with the record that makes what it shows durable; see flush().
void MultiLeader::answer(Step& s, RequestId id, Reply reply) {
  if (options_.delivery == Delivery::causal && reply.status == Status::ok) {
    reply.session = replicated::encode({seen_, {}});
  }
  if (mutated(Mutation::ack_before_durable)) {
    s.out.emit(Respond{id, std::move(reply), std::nullopt});
    return;
  }
  HeldReply held;
  held.id = id;
  held.status = reply.status;
  held.has_value = reply.value.has_value();
  held.value = reply.value.value_or(0);
  held.elements = std::move(reply.elements);
  held.context = std::move(reply.context);
  held.session = std::move(reply.session);
  held_.push_back(std::move(held));
}

}  // namespace tribunal::sut
