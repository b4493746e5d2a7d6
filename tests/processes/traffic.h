// What replicas really send one another and write down, under enough trouble that every kind of
// message and record occurs; and the replicas at the end, in the middle of their work.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "sut/raft/node.h"
#include "tests/sut/leaderless_host.h"
#include "tests/sut/mini_cluster.h"
#include "tests/sut/multi_leader_cluster.h"

namespace tribunal::cluster::wire {

template <class P>
struct Sent {
  NodeId from, to;
  typename P::Message message;
};
template <class P>
struct Traffic {
  typename P::Options options;
  std::vector<Sent<P>> sent;
  std::vector<typename P::Record> records;
  std::vector<P> replicas;
  std::vector<sut::Context> contexts;  // what clients were given
};

inline constexpr std::uint16_t traffic_nodes = 3;

inline sut::Command command_of(std::uint64_t i) {
  using sut::CommandKind;
  static constexpr CommandKind kinds[] = {
      CommandKind::write,   CommandKind::add,     CommandKind::increment, CommandKind::enqueue,
      CommandKind::cas,     CommandKind::remove,  CommandKind::next_id,   CommandKind::dequeue,
      CommandKind::acquire, CommandKind::release, CommandKind::fenced_add};
  const auto a = static_cast<std::int64_t>(i % 5);
  return {kinds[i % std::size(kinds)], i % 2, a, static_cast<std::int64_t>(i % 7)};
}

// A fresh replica hears again what each node was sent; what it writes are the records.
template <class P>
void replay(Traffic<P>& traffic) {
  for (std::uint16_t n = 0; n < traffic_nodes; ++n) {
    P replica(NodeId{n}, traffic_nodes, traffic.options);
    Choices choices(1, n);
    sut::Effects<P> effects;
    std::optional<sut::WriteId> synced;
    const auto give = [&](const sut::Input<P>& input) {
      effects.clear();
      replica.step(input, {seconds(1), seconds(1)}, choices, effects);
      for (const sut::Effect<P>& effect : effects.all()) {
        const auto* write = std::get_if<sut::Write<P>>(&effect);
        if (write == nullptr) continue;
        traffic.records.push_back(write->record);
        if (write->durability == sut::Durability::synced) synced = write->id;
      }
    };
    const auto finish = [&] {
      while (synced) give(sut::WriteDone{*std::exchange(synced, std::nullopt), true});
    };
    give(sut::Start<P>{});
    finish();
    for (const Sent<P>& one : traffic.sent) {
      if (one.to != NodeId{n}) continue;
      give(sut::Receive<P>{one.from, one.message});
      finish();
    }
  }
}

template <class P, class Host>
void tap(Traffic<P>& traffic, Host& host) {
  host.filter = [&traffic](std::uint16_t from, std::uint16_t to,
                           const typename P::Message& message) {
    traffic.sent.push_back({NodeId{from}, NodeId{to}, message});
    return true;
  };
}

// Modes with a log: work, a change of leader, a follower that misses enough to need a snapshot.
template <class P>
Traffic<P> log_traffic(const typename P::Options& options) {
  Traffic<P> traffic;
  traffic.options = options;
  sut::testing::MiniClusterOf<P> host(traffic_nodes, options);
  tap(traffic, host);
  std::uint64_t next = 0;
  const auto work = [&](int commands) {
    const auto leader = host.await_leader();
    for (int i = 0; leader && i < commands; ++i) host.call(*leader, command_of(next++));
    return leader.value_or(0);
  };
  const std::uint16_t first = work(6);
  const auto other = static_cast<std::uint16_t>((first + 1) % traffic_nodes);
  host.crash(other);
  work(20);
  host.restart(other);
  host.run_for(milliseconds(300));
  host.isolate(first);
  host.run_for(milliseconds(400));
  work(3);
  host.heal();
  host.promote(other);
  host.run_for(milliseconds(400));
  if constexpr (requires { P::changes_members; }) {
    const auto leader = host.await_leader().value_or(0);
    const auto leaves = static_cast<std::uint16_t>((leader + 1) % traffic_nodes);
    host.change_members(leader, leaves, false);
    host.run_for(milliseconds(100));
    host.change_members(leader, leaves, true);
  }
  const std::uint16_t leader = work(4);
  // Half done: entries that nobody acknowledged, a read that waits for its round.
  host.request(leader, ClientId{1}, 1, command_of(next++));
  host.request(leader, ClientId{2}, 1, {sut::CommandKind::read, 0, 0, 0});
  for (std::uint16_t n = 0; n < traffic_nodes; ++n) traffic.replicas.push_back(host.node(n));
  replay(traffic);
  return traffic;
}

inline Traffic<sut::Raft> raft_traffic() {
  sut::raft::Options options;
  options.snapshot_every = 6;
  options.heartbeat = milliseconds(10);
  options.election_timeout = options.election_spread = milliseconds(60);
  return log_traffic<sut::Raft>(options);
}

inline Traffic<sut::SingleLeader> single_leader_traffic(
    sut::single_leader::Election election = sut::single_leader::Election::log) {
  sut::single_leader::Options options;
  options.snapshot_every = 6;
  options.heartbeat = milliseconds(10);
  options.election_timeout = milliseconds(60);
  options.in_sync_timeout = milliseconds(40);
  options.min_in_sync = 1;  // the in-sync set travels
  options.election = election;
  return log_traffic<sut::SingleLeader>(options);
}

inline Traffic<sut::MultiLeader> multi_leader_traffic(sut::replicated::Policy policy) {
  Traffic<sut::MultiLeader> traffic;
  traffic.options.conflict = policy;
  traffic.options.keep_log = 4;
  traffic.options.snapshot_every = 5;
  traffic.options.reroute_after = milliseconds(50);
  traffic.options.sync_every = milliseconds(5);
  sut::testing::MultiCluster host(traffic_nodes, traffic.options);
  tap(traffic, host);
  sut::Context context;
  for (std::uint64_t i = 0; i < 60; ++i) {
    if (i == 20) host.isolate(2);
    if (i == 40) host.heal();
    const auto n = static_cast<std::uint16_t>(i % traffic_nodes);
    const auto reply = host.call(n, command_of(i), i % 3 == 0 ? context : sut::Context{});
    if (!reply) continue;
    context = reply->context;
    traffic.contexts.push_back(reply->context);
    traffic.contexts.push_back(reply->session);
    host.run_for(milliseconds(10));
  }
  host.run_for(seconds(1));
  host.cut(0, 1);
  host.call(0, command_of(0));
  for (std::uint16_t n = 0; n < traffic_nodes; ++n) {
    traffic.replicas.push_back(host.node(n));
    // A fresh replica waits for ever for what depends on writes of its own that it has not made.
    const auto& records = host.records(n);
    traffic.records.insert(traffic.records.end(), records.begin(), records.end());
  }
  replay(traffic);
  return traffic;
}

inline Traffic<sut::Leaderless> leaderless_traffic(sut::replicated::Policy policy) {
  Traffic<sut::Leaderless> traffic;
  auto& options = traffic.options;
  options.conflict = policy;
  options.n = 2;
  options.r = options.w = 2;
  options.sloppy = options.cas_quorum = true;
  options.checkpoint_every = 5;
  options.handoff_every = options.anti_entropy_every = milliseconds(50);
  options.resend = milliseconds(10);
  options.timeout = milliseconds(60);
  sut::testing::quorum::Host host(traffic_nodes, options);
  tap(traffic, host);
  sut::Context context;
  for (std::uint64_t i = 0; i < 60; ++i) {
    if (i == 20) host.crash(2);
    if (i == 40) host.restart(2);
    const auto n = static_cast<std::uint16_t>(i % 2);
    const auto reply = host.call(n, command_of(i), i % 3 == 0 ? context : sut::Context{});
    if (!reply) continue;
    context = reply->context;
    traffic.contexts.push_back(reply->context);
    host.run_for(milliseconds(20));
  }
  host.split({0});
  for (std::uint64_t i = 0; i < 11; ++i) {
    host.call(0, command_of(i), {}, milliseconds(80));
    host.call(1, command_of(i), {}, milliseconds(80));
  }
  host.heal();
  host.run_for(seconds(1));
  for (std::uint64_t i = 0; i < 11; ++i) host.send(0, command_of(i));
  for (std::uint16_t n = 0; n < traffic_nodes; ++n) traffic.replicas.push_back(host.node(n));
  replay(traffic);
  return traffic;
}

inline constexpr sut::replicated::Policy all_policies[] = {
    sut::replicated::Policy::lww, sut::replicated::Policy::siblings, sut::replicated::Policy::crdt,
    sut::replicated::Policy::crdt_max, sut::replicated::Policy::priority};

}  // namespace tribunal::cluster::wire
