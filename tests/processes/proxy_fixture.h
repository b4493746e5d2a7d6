// A proxy in the test's own thread, with plain sockets that are not blocking at both of its ends.
#pragma once

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <asio.hpp>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "cluster/latency.h"
#include "cluster/processes/proxy.h"
#include "cluster/wire/frame.h"

namespace tribunal::cluster {

using namespace std::chrono_literals;

inline wire::ByteView as_bytes(const std::string& text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}
inline std::string as_text(wire::ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

// One end of a connection, as a node or a client holds it.
class Peer {
 public:
  explicit Peer(int descriptor) : descriptor_(descriptor) {}
  Peer(Peer&& other) noexcept { *this = std::move(other); }
  Peer& operator=(Peer&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(out_, other.out_);
    std::swap(sent_, other.sent_);
    std::swap(in_, other.in_);
    frames.swap(other.frames);
    ended = other.ended;
    error = other.error;
    damage.swap(other.damage);
    return *this;
  }
  ~Peer() { hang_up(); }

  static Peer dial(std::uint16_t port) {
    Peer peer(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in address = loopback(port);
    if (::connect(peer.descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
        0) {
      peer.ended = true;
      peer.error = errno;
    }
    return peer;
  }

  void send(wire::FrameKind kind, const std::string& payload, std::uint8_t flags = 0) {
    wire::append_frame(out_, kind, flags, as_bytes(payload));
  }
  void message(const std::string& payload) { send(wire::FrameKind::message, payload); }
  void send_raw(const std::string& bytes) {
    out_.insert(out_.end(), as_bytes(bytes).begin(), as_bytes(bytes).end());
  }
  void hang_up() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }
  bool all_sent() const { return out_.empty(); }

  // Sends and receives what can be. True: something happened.
  bool pump() {
    if (descriptor_ < 0 || ended) return false;
    const bool wrote = pump_out();
    return (reading && !ended && pump_in()) || wrote;
  }

  bool reading = true;
  std::vector<std::string> frames;  // payloads that arrived, hello included
  bool ended = false;
  int error = 0;       // errno of the end; 0: in order
  std::string damage;  // what parse_frame found wrong with the bytes that came

 private:
  bool pump_out() {
    if (out_.empty()) return false;
    const ssize_t n =
        ::send(descriptor_, out_.data() + sent_, out_.size() - sent_, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && errno == ECONNRESET) {  // which is told only once
      ended = true;
      error = ECONNRESET;
    }
    if (n <= 0) return ended;
    sent_ += static_cast<std::size_t>(n);
    if (sent_ == out_.size()) {
      out_.clear();
      sent_ = 0;
    }
    return true;
  }
  bool pump_in() {
    char buffer[65536];
    const ssize_t n = ::recv(descriptor_, buffer, sizeof buffer, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (n <= 0) {
      ended = true;
      error = n < 0 ? errno : 0;
      return true;
    }
    const auto* const bytes = reinterpret_cast<const std::byte*>(buffer);
    in_.insert(in_.end(), bytes, bytes + n);
    parse();
    return true;
  }
  void parse() {
    std::size_t at = 0;
    while (damage.empty()) {
      const wire::Parsed parsed = wire::parse_frame(wire::ByteView(in_).subspan(at));
      damage = parsed.error;
      if (!parsed.complete) break;
      frames.push_back(as_text(parsed.frame.payload));
      at += parsed.frame.whole.size();
    }
    in_.erase(in_.begin(), in_.begin() + static_cast<std::ptrdiff_t>(at));
  }

  int descriptor_ = -1;
  wire::Bytes out_;
  std::size_t sent_ = 0;  // of these
  wire::Bytes in_;
};

// A process that listens.
class Node {
 public:
  Node() : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(descriptor_, generic, size), 0);
    EXPECT_EQ(::listen(descriptor_, 1024), 0);
    EXPECT_EQ(::getsockname(descriptor_, generic, &size), 0);
    port = ntohs(address.sin_port);
  }
  ~Node() { die(); }
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  void die() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
    peers.clear();
  }
  bool pump() {
    bool any = false;
    if (descriptor_ < 0) return false;
    for (int accepted; (accepted = ::accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
      peers.push_back(std::make_unique<Peer>(accepted));
      peers.back()->reading = reading;
      any = true;
    }
    for (const auto& peer : peers) any = peer->pump() || any;
    return any;
  }
  Peer& peer(std::size_t i = 0) { return *peers.at(i); }
  // What the first connection brought, without its hello.
  std::vector<std::string> messages(std::size_t i = 0) const {
    if (i >= peers.size() || peers[i]->frames.empty()) return {};
    return {peers[i]->frames.begin() + 1, peers[i]->frames.end()};
  }
  std::size_t received(std::size_t i = 0) const {
    return i >= peers.size() || peers[i]->frames.empty() ? 0 : peers[i]->frames.size() - 1;
  }

  std::uint16_t port = 0;
  bool reading = true;  // those that come from now on
  std::vector<std::unique_ptr<Peer>> peers;

 private:
  int descriptor_ = -1;
};

class ProxyTest : public ::testing::Test {
 protected:
  static constexpr NodeId n1{0};
  static constexpr NodeId n2{1};
  static constexpr NodeId n3{2};

  void start(const std::string& latency = "constant:1us", std::uint64_t seed = 1,
             std::size_t largest_backlog = std::size_t{16} << 20) {
    options.nodes = 3;
    options.seed = seed;
    options.latency = parse_latency(latency).value();
    options.largest_backlog = largest_backlog;
    options.epoch_ns = std::chrono::steady_clock::now().time_since_epoch().count();
    proxy = Proxy::open(io, options).value();
    for (std::uint16_t i = 0; i < 3; ++i) proxy->node_listens(NodeId{i}, nodes[i].port);
  }

  // A connection from one node to another that has said hello, as has been seen at the other end.
  Peer& connect(NodeId from, NodeId to) {
    Node& receiver = nodes[index(to)];
    const std::size_t before = receiver.peers.size();
    Peer& peer = dial(proxy->port(from, to));
    EXPECT_TRUE(until([&] {
      return receiver.peers.size() > before &&
             (!receiver.reading || !receiver.peers.back()->frames.empty());
    }));
    return peer;
  }
  Peer& dial(std::uint16_t port) {
    dialled.push_back(std::make_unique<Peer>(Peer::dial(port)));
    dialled.back()->send(wire::FrameKind::hello, "hello");
    return *dialled.back();
  }

  // Runs everything until `done`; false: not before a generous deadline.
  bool until(const std::function<bool()>& done, std::chrono::milliseconds longest = 20s) {
    const auto deadline = std::chrono::steady_clock::now() + longest;
    while (std::chrono::steady_clock::now() < deadline) {
      if (done()) return true;
      bool any = io.poll() != 0;
      if (proxy) proxy->flush();
      for (Node& node : nodes) any = node.pump() || any;
      for (const auto& peer : dialled) any = peer->pump() || any;
      if (!any && io.run_one_for(std::chrono::microseconds(500)) != 0 && proxy) proxy->flush();
      io.restart();
    }
    return done();
  }
  void run_for(std::chrono::milliseconds time) {
    until([] { return false; }, time);
  }
  void fault(Primitive primitive, NodeId from, NodeId to,
             const std::function<void(Action&)>& more = {}) {
    Action action;
    action.primitive = primitive;
    action.node = from;
    action.peer = to;
    if (more) more(action);
    proxy->apply(action);
  }
  void shape(const LinkShape& shape) {
    fault(Primitive::shape, n1, n2, [&](Action& action) { action.shape = shape; });
  }
  // All frames that came have met their fate.
  bool settled() const {
    const ProxyStatistics s = proxy->statistics();
    return s.frames + s.duplicated == s.delivered + s.lost;
  }
  void send_numbers(Peer& peer, int from, int to) {
    for (int i = from; i < to; ++i) peer.message(std::to_string(i));
  }

  asio::io_context io;
  ProxyOptions options;
  std::unique_ptr<Proxy> proxy;
  std::array<Node, 3> nodes;
  std::vector<std::unique_ptr<Peer>> dialled;
};

inline std::vector<std::string> numbers(int from, int to) {
  std::vector<std::string> result;
  for (int i = from; i < to; ++i) result.push_back(std::to_string(i));
  return result;
}

}  // namespace tribunal::cluster
