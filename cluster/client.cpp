// The client machine.
#include "cluster/client.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace tribunal::cluster {
namespace {

// Pauses before the next attempt: short after a hint, otherwise doubling, so that an election does
// not drown in requests. A hint that keeps being wrong is treated like no hint.
constexpr Duration hint_pause = milliseconds(1);
constexpr Duration first_pause = milliseconds(5);
constexpr std::uint32_t most_doublings = 4;
constexpr std::uint32_t trusted_hints = 3;

Duration pause_after(std::uint32_t refusals, bool hinted) {
  assert(refusals > 0);
  if (hinted && refusals <= trusted_hints) return hint_pause;
  return first_pause * (1 << std::min(refusals - 1, most_doublings));
}

}  // namespace

Client::Client(ClientId id, const ClientOptions& options)
    : id_(id), options_(options), open_(options.nodes, 0) {
  assert(options.nodes > 0);
}

NodeId Client::after(NodeId node) const {
  return NodeId{static_cast<std::uint16_t>((index(node) + 1) % options_.nodes)};
}

sut::Context Client::context() const {
  const auto found = contexts_.find(command_.key);
  return found == contexts_.end() ? sut::Context{} : found->second;
}

std::optional<Time> Client::wake() const {
  if (phase_ == Phase::idle) return std::nullopt;
  return std::min(until_, deadline_);
}

ClientStep Client::start(Time now, NodeId contact, const sut::Command& command, Duration timeout) {
  assert(idle());
  assert(index(contact) < options_.nodes);
  assert(timeout > Duration{});
  ++sequence_;
  command_ = command;
  deadline_ = timeout < Time::max() - now ? now + timeout : Time::max();
  patience_ = std::max(timeout / 4, Duration{1});
  refusals_ = 0;
  open_attempts_ = 0;
  std::fill(open_.begin(), open_.end(), 0);
  last_refusal_ = "unavailable";
  return ask(now, contact);
}

ClientStep Client::ask(Time now, NodeId node) {
  phase_ = Phase::waiting;
  asked_ = node;
  ++open_[index(node)];
  ++open_attempts_;
  until_ = may_repeat() && patience_ < deadline_ - now ? now + patience_ : deadline_;
  ClientStep step;
  step.ask = node;
  return step;
}

ClientStep Client::replied(Time now, NodeId node, std::uint64_t sequence, const sut::Reply& reply) {
  if (idle() || sequence != sequence_) return {};
  assert(index(node) < options_.nodes);
  switch (reply.status) {
    case sut::Status::ok:
      newest_ = std::max(newest_, reply.version);
      if (!reply.context.empty()) contexts_[command_.key] = reply.context;
      if (!reply.session.empty()) session_ = reply.session;
      return finish(now, Outcome::ok, node, "", reply);
    case sut::Status::mismatch:
      return finish(now, Outcome::fail, node, "mismatch", reply);
    case sut::Status::not_leader:
      return refuse(now, node, reply.hint, "not-leader");
    case sut::Status::unavailable:
      return refuse(now, node, std::nullopt, "unavailable");
  }
  return {};
}

ClientStep Client::refused(Time now, NodeId node, std::uint64_t sequence) {
  if (idle() || sequence != sequence_) return {};
  assert(index(node) < options_.nodes);
  return refuse(now, node, std::nullopt, "unavailable");
}

ClientStep Client::refuse(Time now, NodeId node, std::optional<NodeId> hint, const char* why) {
  if (open_[index(node)] == 0) return {};  // refused more often than asked: nothing to learn
  --open_[index(node)];
  --open_attempts_;
  last_refusal_ = why;
  // A late refusal of an attempt given up before settles that attempt, and changes nothing else.
  if (phase_ != Phase::waiting || node != asked_) return {};

  const bool hinted = hint && *hint != node && index(*hint) < options_.nodes;
  pause(now, hinted ? *hint : after(node), hinted);
  return {};
}

void Client::pause(Time now, NodeId next, bool hinted) {
  ++refusals_;
  phase_ = Phase::pausing;
  next_ = next;
  const Duration pause = pause_after(refusals_, hinted);
  until_ = pause < deadline_ - now ? now + pause : deadline_;
}

ClientStep Client::lost(Time now, NodeId node, std::uint64_t sequence) {
  if (idle() || sequence != sequence_) return {};
  assert(index(node) < options_.nodes);
  if (phase_ != Phase::waiting || node != asked_) return {};
  if (!may_repeat()) return finish(now, Outcome::info, node, "connection-lost");
  pause(now, after(node), false);
  return {};
}

ClientStep Client::woke(Time now) {
  if (idle() || now < *wake()) return {};
  if (now >= deadline_) return give_up(now);
  if (phase_ == Phase::pausing) return ask(now, next_);
  return ask(now, after(asked_));  // silent for too long; asking again was found safe in ask()
}

ClientStep Client::give_up(Time now) {
  if (open_attempts_ == 0) return finish(now, Outcome::fail, asked_, last_refusal_);
  return finish(now, Outcome::info, asked_, "timeout");
}

ClientStep Client::finish(Time now, Outcome outcome, NodeId node, std::string error,
                          sut::Reply reply) {
  phase_ = Phase::idle;
  ClientStep step;
  step.completion =
      Completion{id_, sequence_, now, outcome, std::move(reply), std::move(error), node};
  return step;
}

}  // namespace tribunal::cluster
