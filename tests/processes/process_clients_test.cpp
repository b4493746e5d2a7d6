// Clients over real connections, against nodes that the test plays: what becomes of an operation
// when the connection fails before, or after, the request was sent.
#include "cluster/processes/process_clients.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <asio/io_context.hpp>
#include <gtest/gtest.h>

#include "cluster/wire/codec.h"
#include "cluster/wire/messages.h"

namespace tribunal::cluster {
namespace {

constexpr sut::Command read{sut::CommandKind::read, 1, 0, 0};
constexpr sut::Command write{sut::CommandKind::write, 1, 7, 0};
constexpr NodeId n1{0}, n2{1};

// A node that does with each hello and each request what the test says.
class Node {
 public:
  using Deed = std::function<void(Channel&, const wire::Frame&)>;
  Node(asio::io_context& io, Deed deed) : io_(io), deed_(std::move(deed)) {
    auto listening = listen_on_loopback(port);
    listener_ = std::make_unique<Listener>(io, *std::move(listening), [this](FileDescriptor fd) {
      const std::size_t at = channels_.size();
      Channel::Handlers handlers;
      handlers.frame = [this, at](const wire::Frame& frame) {
        kinds.push_back(frame.kind);
        deed_(*channels_[at], frame);
        return true;
      };
      handlers.closed = [](const std::string&) {};
      channels_.push_back(std::make_unique<Channel>(io_, std::move(fd), false, handlers));
    });
  }

  std::uint16_t port = 0;
  std::vector<wire::FrameKind> kinds;  // that came

 private:
  asio::io_context& io_;
  Deed deed_;
  std::unique_ptr<Listener> listener_;
  std::vector<std::unique_ptr<Channel>> channels_;
};

void welcome(Channel& channel) {
  channel.append(wire::FrameKind::welcome, 0, wire::to_bytes(wire::Welcome{}));
  channel.flush();
}
void answer(Channel& channel, const wire::Frame& frame) {
  const auto request = wire::from_bytes<wire::ClientRequest>(frame.payload, 2);
  wire::ClientReply reply;
  reply.sequence = request->id.sequence;
  reply.reply.status = sut::Status::ok;
  reply.reply.value = 5;
  channel.append(wire::FrameKind::reply, 0, wire::to_bytes(reply));
  channel.flush();
}
bool is_hello(const wire::Frame& frame) { return frame.kind == wire::FrameKind::hello; }

const Node::Deed works = [](Channel& channel, const wire::Frame& frame) {
  is_hello(frame) ? welcome(channel) : answer(channel, frame);
};
const Node::Deed hangs_up = [](Channel& channel, const wire::Frame&) { channel.close(); };
const Node::Deed silent = [](Channel&, const wire::Frame&) {};
const Node::Deed welcomes_only = [](Channel& channel, const wire::Frame& frame) {
  if (is_hello(frame)) welcome(channel);
};
const Node::Deed dies_of_requests = [](Channel& channel, const wire::Frame& frame) {
  is_hello(frame) ? welcome(channel) : channel.close();
};
const Node::Deed talks_nonsense = [](Channel& channel, const wire::Frame& frame) {
  if (is_hello(frame)) {
    welcome(channel);
  } else {
    channel.append(wire::FrameKind::message, 0, {});
    channel.flush();
  }
};

struct Fixture {
  Fixture(Node::Deed first, Node::Deed second)
      : nodes{Node(io, std::move(first)), Node(io, std::move(second))} {
    ProcessClientsOptions options;
    options.client.nodes = 2;
    options.port = [this](ClientId, NodeId node) -> std::optional<std::uint16_t> {
      if (!there) return std::nullopt;
      return nodes[index(node)].port;
    };
    options.requested = [this](const sut::RequestId& id) { requested.push_back(id); };
    options.retired = [this](ClientId client) { retired.push_back(client); };
    clients.emplace(io, time, options);
  }
  Completion run(const sut::Command& command, NodeId contact, Duration timeout = seconds(20)) {
    clients->invoke(ClientId{3}, contact, command, timeout);
    for (const Time end = time.now() + seconds(60); time.now() < end;) {
      clients->flush();
      const Time due = std::min(end, clients->next_due().value_or(end));
      io.restart();
      io.run_one_until(time.point(due));
      clients->tick();
      if (auto done = clients->take_completion()) return *done;
    }
    ADD_FAILURE() << "nothing came of the operation";
    return {};
  }

  TrueTime time{0};
  asio::io_context io{1};
  Node nodes[2];
  bool there = true;
  std::vector<sut::RequestId> requested;
  std::vector<ClientId> retired;
  std::optional<ProcessClients> clients;
};

TEST(ProcessClients, AreAnsweredAndUseTheSameConnectionAgain) {
  Fixture f(works, works);
  for (int i = 0; i < 3; ++i) {
    const Completion done = f.run(write, n1);
    EXPECT_EQ(done.outcome, Outcome::ok);
    EXPECT_EQ(done.reply.value, 5);
  }
  using enum wire::FrameKind;
  EXPECT_EQ(f.nodes[0].kinds, (std::vector{hello, wire::FrameKind::request,
                                           wire::FrameKind::request, wire::FrameKind::request}));
  ASSERT_EQ(f.requested.size(), 3u);
  EXPECT_EQ(f.requested[2].sequence, 3u);
  EXPECT_TRUE(f.retired.empty());
}

TEST(ProcessClients, FailWhenNobodyEverWelcomedThem) {
  Fixture closed(hangs_up, hangs_up);
  EXPECT_EQ(closed.run(write, n1, milliseconds(200)).outcome, Outcome::fail);
  EXPECT_TRUE(closed.requested.empty());
  Fixture unsaid(silent, silent);  // connected, never welcomed: the request was never sent
  const Completion done = unsaid.run(write, n1, milliseconds(200));
  EXPECT_EQ(done.outcome, Outcome::fail) << done.error;
  Fixture nowhere(works, works);
  nowhere.there = false;
  EXPECT_EQ(nowhere.run(write, n1, milliseconds(200)).outcome, Outcome::fail);
}

TEST(ProcessClients, DoNotKnowWhatBecameOfAWriteWhoseConnectionEnded) {
  for (const Node::Deed& deed : {dies_of_requests, talks_nonsense}) {
    Fixture f(deed, works);
    const Completion done = f.run(write, n1);
    EXPECT_EQ(done.outcome, Outcome::info);
    EXPECT_EQ(done.error, "connection-lost");
    EXPECT_EQ(f.retired, std::vector{ClientId{3}});
    EXPECT_TRUE(f.nodes[1].kinds.empty()) << "it was tried elsewhere";
  }
}

TEST(ProcessClients, DoNotKnowWhatBecameOfAWriteThatIsNotAnswered) {
  Fixture f(welcomes_only, works);
  const Completion done = f.run(write, n1, milliseconds(200));
  EXPECT_EQ(done.outcome, Outcome::info);
  EXPECT_EQ(done.error, "timeout");
}

TEST(ProcessClients, ReadElsewhereWhenAConnectionEnds) {
  Fixture f(dies_of_requests, works);
  const Completion done = f.run(read, n1);
  EXPECT_EQ(done.outcome, Outcome::ok);
  EXPECT_EQ(done.node, n2);
}

}  // namespace
}  // namespace tribunal::cluster
