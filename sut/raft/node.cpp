// Inputs, and what all parts of the server share.
#include "sut/raft/node.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace tribunal::sut {

using namespace raft;

// Everything is in State, and State lists all of it: the fingerprint cannot miss a member.
static_assert(sizeof(Raft) == sizeof(State));
static_assert(lists_every_field<State>() && lists_every_field<Options>());
static_assert(lists_every_field<Peer>() && lists_every_field<PendingRead>());
static_assert(lists_every_field<CatchUp>() && lists_every_field<Configuration>());
static_assert(lists_every_field<Entry>() && lists_every_field<Snapshot>());
static_assert(lists_every_field<Message>() && lists_every_field<Record>());
static_assert(lists_every_field<Append>() && lists_every_field<AppendReply>());
static_assert(lists_every_field<VoteRequest>() && lists_every_field<Vote>());
static_assert(lists_every_field<Install>() && lists_every_field<Takeover>());
static_assert(Protocol<Raft>);

namespace {
// More than this is not acknowledged to anybody: a leader without followers must not hoard.
constexpr std::uint64_t most_uncommitted = 4096;
}  // namespace

Raft::Raft(NodeId self, std::uint16_t nodes, const Options& options, spec::Program program) {
  assert(nodes <= max_nodes);
  assert(index(self) < nodes);
  self_ = self;
  nodes_ = nodes;
  options_ = options;
  program_ = std::move(program);
  configurations_ = {initial_configuration()};
}

std::uint64_t Raft::fingerprint() const { return fingerprint_of(static_cast<const State&>(*this)); }

void Raft::step(const Input<Raft>& input, Clocks clocks, Choices& choices, Effects<Raft>& effects) {
  Context c{clocks, choices, effects, {}, 0};
  if (const auto* in = std::get_if<Receive<Raft>>(&input)) {
    receive(c, in->from, in->message);
  } else if (const auto* ask = std::get_if<Request>(&input)) {
    request(c, *ask);
  } else if (const auto* done = std::get_if<WriteDone>(&input)) {
    write_done(c, *done);
  } else if (const auto* fired = std::get_if<TimerFired>(&input)) {
    timer_fired(c, fired->timer);
  } else if (const auto* boot = std::get_if<Start<Raft>>(&input)) {
    start(c, boot->recovered);
  } else if (const auto* change = std::get_if<ChangeMembers>(&input)) {
    change_members(c, *change);
  } else {
    promote(c);
  }
  flush(c);
}

void Raft::start(Context& c, std::span<const Record> recovered) {
  recover(recovered);
  announce_recovered(c);
  last_heard_ = leader_heard_ = c.clocks.steady;
  if (recovered.empty() && options_.first_election > Duration{}) {
    start_first_election_timer(c);
  } else {
    start_election_timer(c);
  }
}

// §3.3: whoever hears of a newer term enters it; the handlers of requests for votes decide for
// themselves whether to listen.
void Raft::receive(Context& c, NodeId from, const Message& message) {
  if (index(from) >= nodes_ || from == self_) return;
  const bool ask = std::holds_alternative<VoteRequest>(message.body);
  if (message.term > term_ && !ask) become_follower(c, message.term, no_node);
  std::visit([&](const auto& body) { handle(c, from, message.term, body); }, message.body);
}

void Raft::timer_fired(Context& c, TimerId timer) {
  switch (static_cast<Timer>(timer)) {
    case Timer::election:
      election_timeout(c);
      break;
    case Timer::heartbeat:
      heartbeat(c);
      break;
    case Timer::sync:
      sync_armed_ = false;
      c.out.emit(Sync{WriteId{next_write_++}});
      break;
    case Timer::retry:
      disk_failed_ = false;  // flush() now writes a checkpoint
      break;
  }
}

void Raft::request(Context& c, const Request& request) {
  const bool reads = is_read(request.command.kind);
  if (reads && options_.read != ReadRule::log) {
    read(c, request);
    return;
  }
  if (role_ != Role::leader) {
    refuse(c, request.id);
    return;
  }
  const Sessions::Session* session =
      options_.dedup && !reads ? sessions_.find(request.id.client) : nullptr;
  if (session != nullptr && session->sequence >= request.id.sequence) {
    // A command older than the client's latest has nobody waiting for it.
    if (session->sequence > request.id.sequence) return;
    c.out.emit(Respond{request.id, store_.again(request.command, Sessions::again(*session)),
                       std::nullopt});
    return;
  }
  if (transferring() || too_many_waiting()) {  // §3.10: first, it stops accepting requests
    unavailable(c, request.id);
    return;
  }
  append_entry(c, {term_, c.clocks.wall, request.id, request.command, 0});
  replicate_to_all(c);
}

bool Raft::too_many_waiting() const { return log_.last_index() - commit_ >= most_uncommitted; }

void Raft::refuse(Context& c, RequestId id) const {
  Reply reply;
  reply.status = Status::not_leader;
  if (leader_ != no_node && leader_ != self_) reply.hint = leader_;
  c.out.emit(Respond{id, std::move(reply), std::nullopt});
}

void Raft::unavailable(Context& c, RequestId id) const {
  c.out.emit(Respond{id, Reply{}, std::nullopt});
}

void Raft::send(Context& c, NodeId to, Message message, std::optional<WriteId> after) const {
  c.out.emit(Send<Raft>{to, std::move(message), after});
}

void Raft::arm(Context& c, Timer timer, Duration delay) const {
  c.out.emit(Arm{static_cast<TimerId>(timer), delay});
}

// Entries from `first` on, at most `limit`: what this step has at hand, or a new copy.
Batch Raft::batch(Context& c, std::uint64_t first, std::uint64_t limit) const {
  const std::uint64_t count =
      first > log_.last_index() ? 0 : std::min(limit, log_.last_index() - first + 1);
  if (count == 0) return {};
  if (c.batch_first != first || size(c.batch) != count) {
    c.batch = Batch(Entries(log_.copy(first, count)));
    c.batch_first = first;
  }
  return c.batch;
}

}  // namespace tribunal::sut
