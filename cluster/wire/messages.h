// What nodes, clients and nobody else say besides the messages of a protocol.
#pragma once

#include <cstdint>
#include <tuple>

#include "base/ids.h"
#include "base/result.h"
#include "cluster/wire/codec.h"
#include "cluster/wire/enums.h"
#include "sut/command.h"

namespace tribunal::cluster::wire {

enum class Who : std::uint8_t { node, client };
template <>
struct EnumRange<Who> : UpTo<Who::client> {};

// First on every connection, by who dialled.
struct Hello {
  Who who = Who::node;
  NodeId node{};            // who is a node: which
  ClientId client{};        // who is a client: which
  NodeId to{};              // whom it means to reach
  std::uint16_t nodes = 0;  // of the cluster, as the dialler knows it
  std::uint64_t run = 0;    // names the run: a process left over from another one is turned away
  friend bool operator==(const Hello&, const Hello&) = default;
  static auto fields(auto& self) {
    return std::tie(self.who, self.node, self.client, self.to, self.nodes, self.run);
  }
};

struct Welcome {
  NodeId node{};
  friend bool operator==(const Welcome&, const Welcome&) = default;
  static auto fields(auto& self) { return std::tie(self.node); }
};

// As sut::Request.
struct ClientRequest {
  sut::RequestId id;
  sut::Command command;
  std::uint64_t after = 0;
  sut::Context context;
  sut::Context session;
  friend bool operator==(const ClientRequest&, const ClientRequest&) = default;
  static auto fields(auto& self) {
    return std::tie(self.id, self.command, self.after, self.context, self.session);
  }
};

struct ClientReply {
  std::uint64_t sequence = 0;
  sut::Reply reply;
  friend bool operator==(const ClientReply&, const ClientReply&) = default;
  static auto fields(auto& self) { return std::tie(self.sequence, self.reply); }
};

// Whether node `self` of a cluster of `nodes` in run `run` should go on with who says this.
Status check(const Hello& hello, NodeId self, std::uint16_t nodes, std::uint64_t run);

}  // namespace tribunal::cluster::wire
