// Inputs, and what all parts of the replica share.
#include "sut/single_leader/node.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <utility>

namespace tribunal::sut {

using namespace single_leader;

// Everything is in State, and State lists all of it: the fingerprint cannot miss a member.
static_assert(sizeof(SingleLeader) == sizeof(State));
static_assert(lists_every_field<State>() && lists_every_field<Options>());
static_assert(lists_every_field<Peer>() && lists_every_field<PendingRead>());
static_assert(lists_every_field<Entry>() && lists_every_field<Position>());
static_assert(lists_every_field<Members>() && lists_every_field<Snapshot>());
static_assert(lists_every_field<Command>() && lists_every_field<RequestId>());
static_assert(lists_every_field<Message>() && lists_every_field<Append>());
static_assert(lists_every_field<AppendReply>() && lists_every_field<VoteRequest>());
static_assert(lists_every_field<Vote>() && lists_every_field<Install>());
static_assert(lists_every_field<Record>());
static_assert(Protocol<SingleLeader>);

SingleLeader::SingleLeader(NodeId self, std::uint16_t nodes, const Options& options,
                           spec::Program program) {
  assert(nodes <= max_nodes);
  assert(index(self) < nodes);
  self_ = self;
  nodes_ = nodes;
  options_ = options;
  program_ = std::move(program);
}

std::uint64_t SingleLeader::fingerprint() const {
  return fingerprint_of(static_cast<const State&>(*this));
}

void SingleLeader::step(const Input<SingleLeader>& input, Clocks clocks, Choices& choices,
                        Effects<SingleLeader>& effects) {
  Context c{clocks, choices, effects};
  std::visit(Overloaded{
                 [&](const Start<SingleLeader>& in) { start(c, in.recovered); },
                 [&](const Receive<SingleLeader>& in) { receive(c, in.from, in.message); },
                 [&](const TimerFired& in) { timer_fired(c, in.timer); },
                 [&](const WriteDone& in) { write_done(c, in); },
                 [&](const Request& in) { request(c, in); }, [&](const Promote&) { promote(c); },
                 [](const ChangeMembers&) {},  // the members of this mode are fixed
             },
             input);
  flush(c);
}

void SingleLeader::start(Context& c, std::span<const Record> recovered) {
  recover(recovered);
  announce_recovered(c);
  last_heard_ = lease_time(c);
  const bool first_boot = recovered.empty();
  switch (options_.failover) {
    case Failover::off:
      if (leads_for_ever()) campaign(c, false);
      return;
    case Failover::manual:
      // A leader comes back as the leader, unless somebody was promoted in the meantime.
      designated_ = first_boot ? index(self_) == 0 : voted_for_ == self_;
      if (designated_ && first_boot) campaign(c, false);
      break;
    case Failover::automatic:
      break;
  }
  if (role_ == Role::follower) start_election_timer(c);
  if (options_.election == Election::visible) {
    seen_.assign(nodes_, seconds(-1));
    arm(c, Timer::heartbeat, options_.heartbeat);
  }
}

void SingleLeader::receive(Context& c, NodeId from, const Message& message) {
  if (index(from) >= nodes_ || from == self_) return;
  if (options_.election == Election::visible) {
    if (!seen_.empty()) seen_[index(from)] = c.clocks.steady;
    heard_ |= bit(from);
  }
  std::visit([&](const auto& body) { handle(c, from, message.term, body); }, message.body);
}

void SingleLeader::timer_fired(Context& c, TimerId timer) {
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
      if (leads_for_ever() && role_ == Role::follower) campaign(c, false);
      break;
  }
}

void SingleLeader::promote(Context& c) {
  if (options_.failover == Failover::off || role_ == Role::leader || !in_sync_here()) return;
  designated_ = true;
  campaign(c, true);
}

void SingleLeader::request(Context& c, const Request& request) {
  // More than this is not acknowledged to anybody: a leader without followers must not hoard.
  constexpr std::uint64_t most_uncommitted = 4096;
  if (is_read(request.command.kind)) {
    read(c, request);
    return;
  }
  if (role_ != Role::leader) {
    refuse(c, request.id);
    return;
  }
  if (options_.dedup) {
    const Sessions::Session* session = sessions_.find(request.id.client);
    if (session != nullptr && session->sequence >= request.id.sequence) {
      // A command older than the client's latest has nobody waiting for it.
      if (session->sequence > request.id.sequence) return;
      c.out.emit(Respond{request.id, store_.again(request.command, Sessions::again(*session)),
                         std::nullopt});
      return;
    }
  }
  if (log_.last_index() - commit_ >= most_uncommitted) {
    c.out.emit(Respond{request.id, Reply{}, std::nullopt});  // unavailable
    return;
  }
  append_entry(c, {term_, c.clocks.wall, request.id, request.command});
  replicate_to_all(c);
}

void SingleLeader::refuse(Context& c, RequestId id) const {
  Reply reply;
  reply.status = Status::not_leader;
  if (leader_ != no_node && leader_ != self_) reply.hint = leader_;
  c.out.emit(Respond{id, std::move(reply), std::nullopt});
}

void SingleLeader::send(Context& c, NodeId to, Message message,
                        std::optional<WriteId> after) const {
  c.out.emit(Send<SingleLeader>{to, std::move(message), after});
}

void SingleLeader::arm(Context& c, Timer timer, Duration delay) const {
  c.out.emit(Arm{static_cast<TimerId>(timer), delay});
}

std::uint16_t SingleLeader::majority() const {
  if (mutated(Mutation::small_quorum)) return std::max<std::uint16_t>(nodes_ / 2, 1);
  return static_cast<std::uint16_t>(nodes_ / 2 + 1);
}

bool SingleLeader::has_majority(std::uint64_t mask) const {
  return std::popcount(mask) >= majority();
}

std::uint16_t SingleLeader::min_in_sync() const {
  return options_.min_in_sync == 0 ? majority() : std::min(options_.min_in_sync, nodes_);
}

// With a majority in sync, the majority that elects always has a member that holds every committed
// entry. Below that, only the in-sync set itself says who does, so it must be agreed and elections
// respect it.
bool SingleLeader::guarded() const {
  return options_.replication == Replication::sync && !options_.unclean_election &&
         min_in_sync() < majority();
}

// As far as this node knows; true when elections do not depend on it.
bool SingleLeader::in_sync_here() const {
  return !guarded() || members_.number == 0 || (members_.mask & bit(self_)) != 0;
}

bool SingleLeader::leads_for_ever() const {
  return options_.failover == Failover::off && index(self_) == 0;
}

}  // namespace tribunal::sut
