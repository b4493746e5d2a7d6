// The node as a whole: what comes in goes to the part that handles it.
#include "sut/leaderless/node.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace tribunal::sut {

using namespace leaderless;

// Everything is in State, and State lists all of it: the fingerprint cannot miss a member.
static_assert(sizeof(Leaderless) == sizeof(State));
static_assert(lists_every_field<State>() && lists_every_field<Options>());
static_assert(lists_every_field<Item>() && lists_every_field<Operation>());
static_assert(lists_every_field<Holding>() && lists_every_field<Local>());
static_assert(lists_every_field<Object>() && lists_every_field<Entry>());
static_assert(lists_every_field<Attempt>() && lists_every_field<Claim>());
static_assert(lists_every_field<Hint>() && lists_every_field<Record>());
static_assert(lists_every_field<Message>() && lists_every_field<Ask>());
static_assert(lists_every_field<Told>() && lists_every_field<Store>());
static_assert(lists_every_field<Stored>() && lists_every_field<Release>());
static_assert(lists_every_field<Handoff>() && lists_every_field<Receipt>());
static_assert(lists_every_field<HandedOff>() && lists_every_field<Compare>());
static_assert(lists_every_field<Exchange>() && lists_every_field<MerkleHash>());
static_assert(Protocol<Leaderless>);

Leaderless::Leaderless(NodeId self, std::uint16_t nodes, const Options& options) {
  assert(nodes <= max_nodes);
  assert(index(self) < nodes);
  self_ = self;
  nodes_ = nodes;
  options_ = options;
  clock_ = replicated::StampClock(options.clock);
}

std::uint64_t Leaderless::fingerprint() const {
  return fingerprint_of(static_cast<const State&>(*this));
}

void Leaderless::step(const Input<Leaderless>& input, Clocks clocks, Choices& choices,
                      Effects<Leaderless>& effects) {
  Step s{clocks, choices, effects, {}, {}, {}, false};
  std::visit(Overloaded{
                 [&](const Start<Leaderless>& in) { start(s, in.recovered); },
                 [&](const Receive<Leaderless>& in) { receive(s, in.from, in.message); },
                 [&](const TimerFired& in) { timer_fired(s, in.timer); },
                 [&](const WriteDone& in) { write_done(s, in); },
                 [&](const Request& in) { request(s, in); }, [](const Promote&) {},  // nobody leads
                 [](const ChangeMembers&) {},  // the members of this mode are fixed
             },
             input);
  while (!s.loopback.empty()) {
    const std::vector<Message> messages = std::exchange(s.loopback, {});
    for (const Message& message : messages) receive(s, self_, message);
  }
  arm_operations(s);
  flush(s);
}

void Leaderless::start(Step& s, std::span<const Record> recovered) {
  recover(recovered);
  ++life_;
  if (mutated(Mutation::life_forgotten)) life_ = 1;
  s.record.life = life_;
  life_write_ = next_write_;
  arm(s, Timer::anti_entropy,
      options_.anti_entropy_every +
          nanoseconds(static_cast<std::int64_t>(
              s.choices.below("anti-entropy"_site,
                              static_cast<std::uint64_t>(options_.anti_entropy_every.count())))));
  if (options_.sloppy) arm(s, Timer::handoff, options_.handoff_every);
}

void Leaderless::receive(Step& s, NodeId from, const Message& message) {
  if (index(from) >= nodes_) return;
  std::visit([&](const auto& body) { handle(s, from, body); }, message.body);
}

void Leaderless::timer_fired(Step& s, TimerId timer) {
  switch (static_cast<Timer>(timer)) {
    case Timer::operations:
      alarm_ = Time{};
      operations_due(s);
      break;
    case Timer::handoff:
      hand_off(s);
      arm(s, Timer::handoff, options_.handoff_every);
      break;
    case Timer::anti_entropy:
      collect_tombstones(s);
      if (options_.anti_entropy) anti_entropy(s);
      arm(s, Timer::anti_entropy, options_.anti_entropy_every);
      break;
    case Timer::sync:
      sync_armed_ = false;
      s.out.emit(Sync{WriteId{next_write_++}});
      break;
    case Timer::retry:
      try_disk_again(s);
      break;
  }
}

// To itself: in this step, or when the write is done.
void Leaderless::send(Step& s, NodeId to, Message message, std::uint64_t after) {
  if (to != self_) {
    s.outbox.push_back({to, std::move(message), after});
  } else if (after == 0) {
    s.loopback.push_back(std::move(message));
  } else {
    local_.push_back({after, std::move(message)});
  }
}

void Leaderless::arm(Step& s, Timer timer, Duration delay) const {
  s.out.emit(Arm{static_cast<TimerId>(timer), delay});
}

Placement Leaderless::placement() const { return Placement(nodes_, homes()); }
std::uint16_t Leaderless::range_of(const Object& object) const {
  return placement().range_of(object.key);
}
bool Leaderless::is_home(const Object& object) const {
  return placement().is_home(range_of(object), self_);
}

std::uint16_t Leaderless::homes() const {
  return options_.n == 0 ? nodes_ : std::min(options_.n, nodes_);
}
std::uint16_t Leaderless::majority() const { return static_cast<std::uint16_t>(homes() / 2 + 1); }

std::uint16_t Leaderless::read_quorum() const {
  const std::uint16_t r = options_.r == 0 ? majority() : std::min(options_.r, homes());
  return mutated(Mutation::short_read_quorum) && r > 1 ? static_cast<std::uint16_t>(r - 1) : r;
}
std::uint16_t Leaderless::write_quorum() const {
  const std::uint16_t w = options_.w == 0 ? majority() : std::min(options_.w, homes());
  return mutated(Mutation::short_write_quorum) && w > 1 ? static_cast<std::uint16_t>(w - 1) : w;
}

bool Leaderless::mergeable(const Object& object) const {
  using replicated::Policy;
  using replicated::Type;
  const bool crdt = options_.conflict == Policy::crdt || options_.conflict == Policy::crdt_max;
  return crdt && (object.type == Type::set || object.type == Type::counter);
}

std::vector<Content> Leaderless::contents() const {
  std::vector<Content> all;
  for (const Item& item : items_) {
    if (is_home(item.object) && !item.datum.blank()) {
      all.push_back(item.datum.content(item.object.key));
    }
  }
  std::sort(all.begin(), all.end(), [](const Content& a, const Content& b) {
    return std::tie(a.read, a.key) < std::tie(b.read, b.key);
  });
  return all;
}

}  // namespace tribunal::sut
