// Operations that take long: silent replicas are asked again, and after the time-out the
// coordinator gives up. With sloppy=on the nodes after the homes in the preference list stand in
// for silent ones (Dynamo, section 4.6).
#include <algorithm>
#include <utility>

#include "sut/leaderless/node.h"

namespace tribunal::sut {

using namespace leaderless;

void Leaderless::arm_operations(Step& s) {
  if (operations_.empty()) return;
  Time next = Time::max();
  for (const Operation& op : operations_) {
    next = std::min(next, op.deadline);
    if (op.phase != Phase::settle) next = std::min(next, op.resend_at);
  }
  if (alarm_ != Time{} && alarm_ <= next) return;
  alarm_ = next;
  arm(s, Timer::operations, std::max(next - s.clocks.steady, Duration{1}));
}

void Leaderless::operations_due(Step& s) {
  std::vector<std::uint64_t> numbers;  // operations end while we look at them
  for (const Operation& op : operations_) numbers.push_back(op.number);
  for (const std::uint64_t number : numbers) {
    Operation& op = *find({life_, number});
    if (s.clocks.steady >= op.deadline) {
      give_up(s, op);
    } else if (s.clocks.steady >= op.resend_at && op.phase != Phase::settle) {
      op.resend_at = s.clocks.steady + options_.resend;
      again(s, op);
    }
  }
}

void Leaderless::again(Step& s, Operation& op) {
  const bool asking = op.phase == Phase::ask;
  const std::uint64_t heard = !asking ? op.acked : op.claims ? op.told & op.granted : op.told;
  const Placement places = placement();
  const std::uint16_t range = range_of(op.object);
  std::uint16_t stand_in = places.homes();  // the next one in the preference list
  for (std::uint16_t i = 0; i < places.homes(); ++i) {
    const NodeId home = places.at(range, i);
    if ((heard & bit(home)) != 0) continue;
    if (asking) {
      ask(s, op, home);
    } else {
      store(s, op, home);
    }
    if (!options_.sloppy || stand_in == nodes_) continue;
    const NodeId other = places.at(range, stand_in++);
    if ((heard & bit(other)) != 0) continue;
    if (asking) {
      ask(s, op, other);
    } else {
      store(s, op, other, home);
    }
  }
}

// `unavailable` promises that nothing was written. Once a write was sent to somebody nobody knows:
// then the client hears nothing, or, with timeout-as-failure=on, a promise that may be broken.
void Leaderless::give_up(Step& s, Operation& op) {
  const bool reads = is_read(op.command.kind);
  switch (op.phase) {
    case Phase::settle:
      settle(s, op);  // ends it
      return;
    case Phase::ask:
      if (op.claims) {
        const Placement places = placement();
        for (std::uint16_t i = 0; i < places.homes(); ++i) {
          send(s, places.at(range_of(op.object), i), {Release{{life_, op.number}, op.request}});
        }
      }
      respond(s, op.request, {});
      break;
    case Phase::store:
      if (reads || mutated(Mutation::unavailable_after_store)) {
        respond(s, op.request, {});
      } else if (options_.timeout_as_failure) {
        Reply failed;
        failed.status = Status::mismatch;  // the client does not try again
        respond(s, op.request, std::move(failed));
      }
      break;
  }
  finish(op.number);
}

}  // namespace tribunal::sut
