// The server around a replica: connections, timers, the order of things within a batch.
#include "cluster/processes/node.h"

#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <map>
#include <memory>
#include <optional>
#include <time.h>
#include <unistd.h>
#include <utility>
#include <variant>

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <fmt/format.h>
#include <sys/prctl.h>

#include "base/text.h"
#include "cluster/host_log.h"
#include "cluster/processes/control.h"
#include "cluster/processes/replica.h"
#include "cluster/processes/sockets.h"
#include "cluster/processes/true_time.h"
#include "cluster/wire/checks.h"
#include "cluster/wire/codec.h"
#include "cluster/wire/messages.h"

namespace tribunal::cluster {
namespace {

using wire::Bytes;
using wire::ByteView;
using wire::Frame;
using wire::FrameKind;

// How often a peer that could not be reached is dialled again.
constexpr Duration redial = milliseconds(20);
// What may wait for one peer; beyond it messages are lost, as in a full socket.
constexpr std::size_t largest_backlog = std::size_t{32} << 20;
constexpr std::size_t largest_backlog_unconnected = std::size_t{1} << 20;
// Handlers that run before what they did goes out.
constexpr int handlers_in_a_batch = 256;
// Between two reports of how long the log is.
constexpr Duration view_pause = milliseconds(20);

constexpr int failed = 3;

bool same_place(const sut::View& a, const sut::View& b) {
  return a.role == b.role && a.term == b.term && a.members == b.members;
}
bool same(const sut::View& a, const sut::View& b) {
  return same_place(a, b) && a.last_index == b.last_index && a.commit_index == b.commit_index &&
         a.last_term == b.last_term;
}

class NodeServer final : public Surroundings {
 public:
  NodeServer(const NodeOptions& options)
      : options_(options), time_(options.epoch_ns), timer_(io_) {}

  int run(const Settings& mode) {
    FileLog::Recovered recovered;
    auto log = FileLog::open(options_.directory, {disk_checksums(mode)}, recovered);
    if (!log) return refuse(log.error().message);
    std::uint16_t port =
        options_.control >= 0 ? std::uint16_t{0} : options_.ports[index(options_.self)];
    auto listening = listen_on_loopback(port);
    if (!listening) return refuse(listening.error().message);
    replica_ = make_replica(mode,
                            {options_.self, options_.nodes, options_.seed, options_.incarnation,
                             options_.specification},
                            *std::move(log), *this);
    note(time_.now(),
         fmt::format("process {} listens on port {}, {} records recovered{}", ::getpid(), port,
                     recovered.records.size(),
                     recovered.cut_bytes == 0
                         ? ""
                         : fmt::format(", a torn tail of {} bytes cut off", recovered.cut_bytes)));
    recovered_ = std::move(recovered.records);
    listener_.emplace(io_, *std::move(listening),
                      [this](FileDescriptor fd) { accepted(std::move(fd)); });
    peers_.resize(options_.nodes);
    if (options_.control >= 0) {
      take_orders();
      send_notice(wire::Listening{port, recovered_.size()});
      control_->flush_all();
    } else {
      begin({options_.ports, {}, {}});
    }
    loop();
    return exit_code_;
  }

  // ---- Surroundings ----
  void send(NodeId to, std::uint8_t flags, ByteView message) override {
    Peer& peer = peers_[index(to)];
    if (!peer.channel) return;  // it could not be reached a moment ago: lost
    const std::size_t most = peer.connected ? largest_backlog : largest_backlog_unconnected;
    if (peer.channel->waiting() + message.size() > most) return;
    peer.channel->append(FrameKind::message, flags, message);
    touch(peer.channel.get());
  }
  void respond(const sut::RequestId& id, const sut::Reply& reply) override {
    const auto found = clients_.find(id.client);
    if (found == clients_.end()) return;
    scratch_.clear();
    wire::Writer writer(scratch_);
    wire::encode(writer, wire::ClientReply{id.sequence, reply});
    found->second->append(FrameKind::reply, 0, scratch_);
    touch(found->second);
  }
  void witness(Time at, const sut::Witness& witness) override {
    if (options_.witness && control_) witnessed_.events.push_back({at, witness});
  }
  void note(Time at, std::string_view line) override {
    fmt::print(stderr, "{} {}\n", show_time(at, 16), line);
  }

 private:
  struct Peer {
    std::unique_ptr<Channel> channel;
    bool connected = false;
    std::unique_ptr<asio::steady_timer> again;
  };
  struct Incoming {
    std::unique_ptr<Channel> channel;
    bool greeted = false;
    bool is_client = false;
    NodeId node{};
    ClientId client{};
  };

  // ---- the batch ----
  void loop() {
    while (!stopped_) {
      io_.run_one();
      for (int n = 1; n < handlers_in_a_batch && !stopped_ && io_.poll_one() != 0; ++n) {
      }
      if (!stopped_) end_batch();
    }
  }
  void end_batch() {
    if (!began_) return;
    const Time now = time_.now();
    if (const auto due = replica_->next_due(now); due && *due <= now) replica_->tick(now);
    send_out();
    // What others may hear before this is durable is on its way: the disk is written meanwhile.
    if (const Status synced = replica_->sync(time_.now()); !synced) {
      note(time_.now(), "the log cannot be trusted any more: " + synced.error().message);
      stop(failed);
      return;
    }
    send_out();
    set_timer();
  }
  // The harness first: what it is told here explains what others see next.
  void send_out() {
    report();
    for (Channel* channel : touched_) channel->flush();
    touched_.clear();
    dead_.clear();
  }
  void touch(Channel* channel) {
    if (touched_.empty() || touched_.back() != channel) touched_.push_back(channel);
  }
  void set_timer() {
    const Time now = time_.now();
    const auto due = replica_->next_due(now);
    if (!due) return;
    if (timer_at_ && *timer_at_ <= *due && *timer_at_ > now) return;  // it rings early enough
    timer_at_ = *due;
    timer_.expires_at(time_.point(*due));
    timer_.async_wait([this](const asio::error_code& error) {
      if (!error) timer_at_.reset();
    });
  }
  void stop(int code) {
    exit_code_ = code;
    stopped_ = true;
  }

  // ---- the harness ----
  int refuse(const std::string& why) {
    fmt::print(stderr, "tribunal: {} does not start: {}\n", show_node(options_.self), why);
    if (options_.control >= 0) {
      take_orders();
      send_notice(wire::Refused{why});
      control_->flush_all();
    }
    return failed;
  }
  void take_orders() {
    Channel::Handlers handlers;
    handlers.frame = [this](const Frame& frame) {
      auto order = wire::from_bytes<wire::Order>(frame.payload, options_.nodes);
      if (frame.kind != FrameKind::order || !order) return false;
      std::visit([&](auto& what) { obey(what); }, order->what);
      return true;
    };
    handlers.closed = [this](const std::string&) { stop(0); };
    control_ = std::make_unique<Channel>(io_, FileDescriptor(options_.control), false,
                                         std::move(handlers));
  }
  template <class N>
  void send_notice(N&& what) {
    control_->append(FrameKind::notice, 0, wire::to_bytes(wire::Notice{std::forward<N>(what)}));
  }
  void report() {
    if (!control_) return;
    if (!witnessed_.events.empty()) {
      send_notice(witnessed_);
      witnessed_.events.clear();
    }
    const sut::View view = replica_->view();
    const Time now = time_.now();
    if (!same_place(view, viewed_) || (!same(view, viewed_) && now - viewed_at_ >= view_pause)) {
      viewed_ = view;
      viewed_at_ = now;
      send_notice(wire::Viewed{view});
    }
    if (control_->waiting() > 0) control_->flush_all();
  }

  void obey(const wire::Begin& order) { begin(order); }
  void obey(const wire::SetClock& order) {
    replica_->set_clock(order.clock);
    timer_at_.reset();
  }
  void obey(const wire::SetDisk& order) { replica_->set_disk(order.disk); }
  void obey(const wire::TakeOver&) {
    if (began_) replica_->promote(time_.now());
  }
  void obey(const wire::ChangeMember& order) {
    if (began_) replica_->change_members(time_.now(), {order.node, order.add});
  }
  void obey(const wire::TellContents&) {
    send_notice(wire::Holding{replica_->contents()});
    control_->flush_all();
  }
  void begin(const wire::Begin& order) {
    if (began_ || order.ports.size() != options_.nodes) return;
    began_ = true;
    ports_ = order.ports;
    replica_->set_clock(order.clock);
    replica_->set_disk(order.disk);
    for (std::uint16_t n = 0; n < options_.nodes; ++n) {
      if (NodeId{n} != options_.self) dial(NodeId{n});
    }
    const Status started = replica_->start(time_.now(), std::move(recovered_));
    if (started) return;
    fmt::print(stderr, "tribunal: {} does not start: {}\n", show_node(options_.self),
               started.error().message);
    if (control_) {
      send_notice(wire::Refused{started.error().message});
      control_->flush_all();
    }
    stop(failed);
  }

  // ---- other nodes, outgoing ----
  void dial(NodeId to) {
    Peer& peer = peers_[index(to)];
    auto socket = begin_connecting(ports_[index(to)]);
    if (!socket) {
      dial_again(to);
      return;
    }
    peer.connected = false;
    Channel::Handlers handlers;
    handlers.connected = [this, to] { peers_[index(to)].connected = true; };
    handlers.frame = [](const Frame&) { return false; };  // nobody talks back on it
    handlers.closed = [this, to](const std::string&) { dial_again(to); };
    peer.channel = std::make_unique<Channel>(io_, *std::move(socket), true, std::move(handlers));
    wire::Hello hello;
    hello.who = wire::Who::node;
    hello.node = options_.self;
    hello.to = to;
    hello.nodes = options_.nodes;
    hello.run = options_.run;
    peer.channel->append(FrameKind::hello, 0, wire::to_bytes(hello));
  }
  void dial_again(NodeId to) {
    Peer& peer = peers_[index(to)];
    if (peer.channel) bury(std::move(peer.channel));
    if (!peer.again) peer.again = std::make_unique<asio::steady_timer>(io_);
    peer.again->expires_after(redial);
    peer.again->async_wait([this, to](const asio::error_code& error) {
      if (!error) dial(to);
    });
  }
  // A channel may be among those to flush: it lives until that is over.
  void bury(std::unique_ptr<Channel> channel) { dead_.push_back(std::move(channel)); }

  // ---- incoming ----
  void accepted(FileDescriptor fd) {
    const std::uint64_t number = next_incoming_++;
    Channel::Handlers handlers;
    handlers.frame = [this, number](const Frame& frame) { return arrived(number, frame); };
    handlers.closed = [this, number](const std::string& why) { gone(number, why); };
    incoming_[number].channel =
        std::make_unique<Channel>(io_, std::move(fd), false, std::move(handlers));
  }
  void gone(std::uint64_t number, const std::string& why) {
    const auto found = incoming_.find(number);
    Incoming& in = found->second;
    if (why != "closed by the other side")
      note(time_.now(), fmt::format("closing the connection from {}: {}", whom(in),
                                    complaint_.empty() ? why : complaint_));
    complaint_.clear();
    if (in.is_client) {
      const auto client = clients_.find(in.client);
      if (client != clients_.end() && client->second == in.channel.get()) clients_.erase(client);
    }
    bury(std::move(in.channel));
    incoming_.erase(found);
  }
  static std::string whom(const Incoming& in) {
    if (!in.greeted) return "a stranger";
    return in.is_client ? fmt::format("client {}", index(in.client)) : show_node(in.node);
  }
  bool complain(std::string why) {
    complaint_ = std::move(why);
    return false;
  }

  bool arrived(std::uint64_t number, const Frame& frame) {
    Incoming& in = incoming_.at(number);
    if (!in.greeted) return greet(in, frame);
    if (in.is_client ? frame.kind != FrameKind::request : frame.kind != FrameKind::message)
      return complain(
          fmt::format("a frame of kind {} is out of place", static_cast<unsigned>(frame.kind)));
    if (!began_) return true;  // as if it had been lost
    return in.is_client ? request(in, frame.payload) : message(in, frame.payload);
  }
  bool greet(Incoming& in, const Frame& frame) {
    if (frame.kind != FrameKind::hello) return complain("its first frame is not a hello");
    const auto hello = wire::from_bytes<wire::Hello>(frame.payload, options_.nodes);
    if (!hello) return complain(hello.error().message);
    if (auto status = wire::check(*hello, options_.self, options_.nodes, options_.run); !status)
      return complain(status.error().message);
    in.greeted = true;
    in.is_client = hello->who == wire::Who::client;
    in.node = hello->node;
    in.client = hello->client;
    if (in.is_client) {
      clients_[in.client] = in.channel.get();
      in.channel->append(FrameKind::welcome, 0, wire::to_bytes(wire::Welcome{options_.self}));
      touch(in.channel.get());
      if (!began_) in.channel->flush();
    }
    return true;
  }
  bool message(const Incoming& in, ByteView payload) {
    const Status received = replica_->receive(time_.now(), in.node, payload);
    return received || complain(received.error().message);
  }
  bool request(const Incoming& in, ByteView payload) {
    auto request = wire::from_bytes<wire::ClientRequest>(payload, options_.nodes);
    if (!request) return complain(request.error().message);
    if (auto status = wire::check(*request, options_.nodes); !status)
      return complain(status.error().message);
    if (request->id.client != in.client) return complain("it speaks for another client");
    replica_->request(time_.now(),
                      sut::Request{request->id, request->command, request->after,
                                   std::move(request->context), std::move(request->session)});
    return true;
  }

  const NodeOptions& options_;
  TrueTime time_;
  asio::io_context io_{1};
  asio::steady_timer timer_;
  std::optional<Time> timer_at_;
  std::unique_ptr<Replica> replica_;
  std::vector<Bytes> recovered_;
  std::vector<std::uint16_t> ports_;
  std::optional<Listener> listener_;
  std::unique_ptr<Channel> control_;
  std::vector<Peer> peers_;  // by node
  std::map<std::uint64_t, Incoming> incoming_;
  std::uint64_t next_incoming_ = 0;
  std::map<ClientId, Channel*> clients_;        // the latest connection of each
  std::vector<Channel*> touched_;               // to be flushed
  std::vector<std::unique_ptr<Channel>> dead_;  // until then
  std::string complaint_;                       // why a frame was refused
  wire::Witnessed witnessed_;
  sut::View viewed_;
  Time viewed_at_{};
  Bytes scratch_;
  bool began_ = false;
  bool stopped_ = false;
  int exit_code_ = 0;
};

}  // namespace

int run_node(const Settings& mode, const NodeOptions& options) {
  if (options.control >= 0) {
    // Descriptors of the harness that were open when it started this process are none of ours; and
    // whatever kills the harness kills this process (a second line: its end of `control` closes).
    ::close_range(static_cast<unsigned>(options.control) + 1, ~0U, 0);
    ::fcntl(options.control, F_SETFD, FD_CLOEXEC);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  }
  ::signal(SIGPIPE, SIG_IGN);
  return NodeServer(options).run(mode);
}

}  // namespace tribunal::cluster
