// Feeds bytes to replicas as a node does: decode, check, step. Whatever the bytes, nothing may
// crash.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "cluster/wire/checks.h"
#include "cluster/wire/codec.h"
#include "cluster/wire/messages.h"
#include "sut/leaderless/node.h"
#include "sut/multi_leader/node.h"
#include "sut/raft/node.h"
#include "sut/single_leader/node.h"
#include "tests/processes/traffic.h"

namespace tribunal::cluster::wire {

// How far the bytes came.
struct Fed {
  std::uint64_t offered = 0;
  std::uint64_t decoded = 0;
  std::uint64_t accepted = 0;
};

// One replica in the middle of its work, started anew from there for every round.
template <class P>
class Victim {
 public:
  Victim(const P& replica, NodeId self) : start_(replica), replica_(replica), self_(self) {}

  void revive() { replica_ = start_; }
  void hear(NodeId from, ByteView bytes, Fed& fed) {
    ++fed.offered;
    const auto message = from_bytes<typename P::Message>(bytes, traffic_nodes);
    if (!message.ok()) return;
    ++fed.decoded;
    if (!check(*message, replica_.state()).ok()) return;
    ++fed.accepted;
    give(sut::Receive<P>{from, *message});
  }
  void ask(ByteView bytes, Fed& fed) {
    ++fed.offered;
    auto request = from_bytes<ClientRequest>(bytes, traffic_nodes);
    if (!request.ok()) return;
    ++fed.decoded;
    if (!check(*request, traffic_nodes).ok()) return;
    ++fed.accepted;
    give(sut::Request{request->id, request->command, request->after, request->context,
                      request->session});
  }
  // A replica that was harmed may show it only later.
  void live_on() {
    for (std::uint8_t timer = 0; timer < 5; ++timer) {
      now_ += milliseconds(40);
      give(sut::TimerFired{sut::TimerId{timer}});
    }
    for (std::uint64_t i = 0; i < 11; ++i)
      give(sut::Request{{ClientId{900}, i + 1}, command_of(i)});
    for (const auto kind :
         {sut::CommandKind::read, sut::CommandKind::members, sut::CommandKind::count}) {
      for (std::uint64_t key = 0; key < 2; ++key) {
        give(sut::Request{{ClientId{901}, 1}, {kind, key, 0, 0}});
      }
    }
    static_cast<void>(replica_.contents());
    static_cast<void>(replica_.view());
    static_cast<void>(replica_.fingerprint());
  }
  // Comes back from a disk that nobody checked.
  void recover(ByteView bytes, Fed& fed) {
    ++fed.offered;
    const auto record = from_bytes<typename P::Record>(bytes, traffic_nodes);
    if (!record.ok()) return;
    ++fed.decoded;
    if (!check(*record, start_.state()).ok()) return;
    ++fed.accepted;
    replica_ = P(self_, traffic_nodes, start_.state().options_);
    const std::vector<typename P::Record> records{*record};
    give(sut::Start<P>{records});
    live_on();
  }

 private:
  // sut::Store counts the rest of time from the wall clock that came with an entry; before the run
  // began there is more than Time can say.
  template <class T>
  static bool lease_before_time(const T& value) {
    bool found = false;
    look_for_lease(value, found);
    return found;
  }
  template <class Entry>
  static void look_in(const std::vector<Entry>& entries, bool& found) {
    for (const Entry& entry : entries) {
      if constexpr (requires { entry.wall; }) {
        found |= entry.command.kind == sut::CommandKind::acquire && entry.wall < Time{};
      }
    }
  }
  template <class T>
  static void look_for_lease(const T& value, bool& found) {
    if constexpr (requires { value.body; }) {
      std::visit([&](const auto& body) { look_for_lease(body, found); }, value.body);
    } else if constexpr (requires { value.entries->list(); }) {
      if (value.entries) look_in(value.entries->list(), found);
    } else if constexpr (requires { value.entries.size(); }) {
      look_in(value.entries, found);
    }
  }

  void give(const sut::Input<P>& input) {
    effects_.clear();
    replica_.step(input, {now_, now_}, choices_, effects_);
    for (const sut::Effect<P>& effect : effects_.all()) {
      if (const auto* write = std::get_if<sut::Write<P>>(&effect)) last_write_ = write->id;
    }
    if (std::holds_alternative<sut::WriteDone>(input)) return;
    if (const auto done = std::exchange(last_write_, sut::WriteId{}); done != sut::WriteId{}) {
      give(sut::WriteDone{done, true});
    }
  }

  P start_;
  P replica_;
  NodeId self_;
  Time now_ = seconds(100);
  sut::WriteId last_write_{};
  Choices choices_{7, 7};
  sut::Effects<P> effects_;
};

// The input: one byte chooses who hears it, then messages: sender, length (two bytes), payload.
template <class P>
void feed(std::vector<Victim<P>>& victims, ByteView input, Fed& fed) {
  if (input.empty()) return;
  const auto first = std::to_integer<std::size_t>(input.front());
  input = input.subspan(1);
  Victim<P>& victim = victims[first % victims.size()];
  victim.revive();
  while (input.size() >= 3) {
    const auto how = std::to_integer<std::uint16_t>(input[0]);
    const std::size_t stated =
        std::to_integer<std::size_t>(input[1]) | std::to_integer<std::size_t>(input[2]) << 8;
    const ByteView payload = input.subspan(3, std::min(stated, input.size() - 3));
    input = input.subspan(3 + payload.size());
    if (how == 255) {
      victim.recover(payload, fed);
      victim.revive();
    } else if (how == 254) {
      victim.ask(payload, fed);
    } else {
      victim.hear(NodeId{static_cast<std::uint16_t>(how % traffic_nodes)}, payload, fed);
    }
  }
  victim.live_on();
}

template <class P>
std::vector<Victim<P>> victims_of(const std::vector<const Traffic<P>*>& traffics) {
  std::vector<Victim<P>> victims;
  for (const Traffic<P>* traffic : traffics) {
    for (std::uint16_t n = 0; n < traffic_nodes; ++n) {
      victims.emplace_back(traffic->replicas[n], NodeId{n});
    }
  }
  return victims;
}

// A message of the input format.
inline void append_message(Bytes& input, std::uint8_t how, const Bytes& payload) {
  input.push_back(static_cast<std::byte>(how));
  input.push_back(static_cast<std::byte>(payload.size() & 0xff));
  input.push_back(static_cast<std::byte>(payload.size() >> 8));
  input.insert(input.end(), payload.begin(), payload.end());
}

}  // namespace tribunal::cluster::wire
