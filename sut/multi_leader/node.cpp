// Inputs, and what all parts of the replica share.
#include "sut/multi_leader/node.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "sut/transactions.h"

namespace tribunal::sut {

using namespace multi_leader;
using replicated::Datum;
using replicated::Dot;
using replicated::Type;

// Everything is in State, and State lists all of it: the fingerprint cannot miss a member.
static_assert(sizeof(MultiLeader) == sizeof(State));
static_assert(lists_every_field<State>() && lists_every_field<Options>());
static_assert(lists_every_field<Peer>() && lists_every_field<Logged>());
static_assert(lists_every_field<HeldReply>() && lists_every_field<Entry>());
static_assert(lists_every_field<Object>() && lists_every_field<Snapshot>());
static_assert(lists_every_field<Message>() && lists_every_field<Record>());
static_assert(Protocol<MultiLeader>);

namespace {
// The place of an object, or where it belongs.
template <class Objects>
auto place_of(Objects& objects, Type type, std::uint64_t key) {
  return std::lower_bound(objects.begin(), objects.end(), std::pair(type, key),
                          [](const Object& object, const auto& wanted) {
                            return std::pair(object.type, object.key) < wanted;
                          });
}
}  // namespace

MultiLeader::MultiLeader(NodeId self, std::uint16_t nodes, const Options& options,
                         spec::Program program) {
  assert(nodes <= max_nodes);
  assert(index(self) < nodes);
  self_ = self;
  nodes_ = nodes;
  options_ = options;
  program_ = std::move(program);
  clock_ = replicated::StampClock(options.clock);
}

std::uint64_t MultiLeader::fingerprint() const {
  return fingerprint_of(static_cast<const State&>(*this));
}

View MultiLeader::view() const {
  std::uint64_t applied = 0;
  for (const Dot& dot : seen_.vector()) applied += dot.counter;
  return {Role::leader, life_, applied, applied};
}

std::vector<Content> MultiLeader::contents() const {
  std::vector<Content> all;
  for (const Object& object : objects_) {
    if (!object.datum.empty()) all.push_back(object.datum.content(object.key));
  }
  for (const spec::Instance& instance : instances_) all.push_back(content(instance));
  return all;
}

void MultiLeader::step(const Input<MultiLeader>& input, Clocks clocks, Choices&,
                       Effects<MultiLeader>& effects) {
  Step s{clocks, effects};
  std::visit(
      Overloaded{
          [&](const Start<MultiLeader>& in) { start(s, in.recovered); },
          [&](const Receive<MultiLeader>& in) { receive(s, in.from, in.message); },
          [&](const TimerFired& in) { timer_fired(s, in.timer); },
          [&](const WriteDone& in) { write_done(s, in); },
          [&](const Request& in) { request(s, in); }, [](const Promote&) {},  // everybody leads
          [](const ChangeMembers&) {},  // the members of this mode are fixed
      },
      input);
  flush(s);
}

void MultiLeader::start(Step& s, std::span<const Record> recovered) {
  recover(recovered, s.clocks);
  peers_.assign(nodes_, Peer{});
  for (Peer& peer : peers_) {
    peer.answered_at = s.clocks.steady;  // nobody counts as silent before it could answer
    peer.behind_since = seconds(-1);
    peer.next = log_base_;
  }
  arm(s, Timer::tick, options_.sync_every);
}

void MultiLeader::timer_fired(Step& s, TimerId timer) {
  switch (static_cast<Timer>(timer)) {
    case Timer::tick:
      tick(s);
      break;
    case Timer::sync:
      sync_armed_ = false;
      s.out.emit(Sync{WriteId{next_write_++}});
      break;
    case Timer::retry:
      checkpoint_due_ = true;  // flush() now writes everything
      break;
  }
}

void MultiLeader::arm(Step& s, Timer timer, Duration delay) const {
  s.out.emit(Arm{static_cast<TimerId>(timer), delay});
}

const Datum* MultiLeader::find(Type type, std::uint64_t key) const {
  const auto place = place_of(objects_, type, key);
  const bool found = place != objects_.end() && place->type == type && place->key == key;
  return found ? &place->datum : nullptr;
}

Datum& MultiLeader::datum(Type type, std::uint64_t key) {
  auto place = place_of(objects_, type, key);
  if (place == objects_.end() || place->type != type || place->key != key) {
    place = objects_.insert(place, Object{type, key, Datum(options_.conflict, type)});
  }
  return place->datum;
}

}  // namespace tribunal::sut
