// Lives of a node's process.
#include "cluster/processes/node_process.h"

#include <cassert>
#include <cerrno>
#include <csignal>
#include <unistd.h>
#include <utility>
#include <variant>

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <sys/socket.h>

#include "cluster/wire/codec.h"
#include "cluster/wire/enums.h"

namespace tribunal::cluster {

// Waits until the pidfd says that the process has ended.
struct NodeProcess::Watch {
  Watch(asio::io_context& io, int pidfd) : descriptor(io, ::dup(pidfd)) {}
  asio::posix::stream_descriptor descriptor;
};

NodeProcess::NodeProcess(asio::io_context& io, NodeProcessOptions options, Handlers handlers)
    : io_(io), options_(std::move(options)), handlers_(std::move(handlers)) {}
NodeProcess::~NodeProcess() = default;

Status NodeProcess::spawn() {
  assert(!alive());
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
    return Failure{system_error("making a socket pair", errno)};
  FileDescriptor ours(ends[0]);
  FileDescriptor theirs(ends[1]);
  ChildOptions child;
  child.program = options_.program;
  child.arguments = {"node",
                     "--mode",
                     options_.mode,
                     "--id",
                     std::to_string(index(options_.node) + 1),
                     "--nodes",
                     std::to_string(options_.nodes),
                     "--seed",
                     std::to_string(options_.seed),
                     "--incarnation",
                     std::to_string(incarnation_++),
                     "--run",
                     std::to_string(options_.run),
                     "--epoch",
                     std::to_string(options_.epoch_ns),
                     "--directory",
                     options_.directory,
                     "--control",
                     "3"};
  if (!options_.spec_file.empty()) {
    for (const std::string& word : {std::string("--spec"), options_.spec_file,
                                    std::string("--elements"), std::to_string(options_.elements)}) {
      child.arguments.push_back(word);
    }
  }
  if (!options_.witness) child.arguments.emplace_back("--no-witness");
  child.output = options_.log;
  child.inherited = theirs.get();
  auto spawned = Child::spawn(child);
  if (!spawned) return Failure{spawned.error()};
  child_.emplace(*std::move(spawned));
  paused_ = false;
  view_ = {};
  Channel::Handlers handlers;
  handlers.frame = [this](const wire::Frame& frame) { return notice(frame); };
  handlers.closed = [](const std::string&) {};  // the process has ended, or is about to
  control_ = std::make_unique<Channel>(io_, std::move(ours), false, std::move(handlers));
  watch();
  return {};
}

void NodeProcess::watch() {
  watch_ = std::make_unique<Watch>(io_, child_->pidfd());
  watch_->descriptor.async_wait(asio::posix::stream_descriptor::wait_read,
                                [this](const asio::error_code& error) {
                                  if (error || !child_) return;
                                  const Ending ending = child_->wait();
                                  drain();
                                  over();
                                  handlers_.ended(ending);
                                });
}

void NodeProcess::over() {
  child_.reset();
  watch_.reset();
  control_.reset();
  paused_ = false;
}

template <class O>
void NodeProcess::order(O&& what) {
  if (!control_ || !control_->open()) return;
  control_->append(wire::FrameKind::order, 0, wire::to_bytes(wire::Order{std::forward<O>(what)}));
  control_->flush();
}

void NodeProcess::begin(const std::vector<std::uint16_t>& ports) {
  order(wire::Begin{ports, clock_, disk_});
}
void NodeProcess::pause() {
  assert(alive() && !paused_);
  child_->signal(SIGSTOP);
  child_->wait_stopped();
  paused_ = true;
}
void NodeProcess::resume() {
  assert(alive() && paused_);
  child_->signal(SIGCONT);
  paused_ = false;
}
void NodeProcess::kill() {
  assert(alive());
  child_->signal(SIGKILL);
  child_->wait();
  drain();
  over();
}

void NodeProcess::set_clock(const NodeClock& clock) {
  clock_ = clock;
  if (alive()) order(wire::SetClock{clock_});
}
void NodeProcess::set_disk(const DiskFaultState& disk) {
  disk_ = disk;
  if (alive()) order(wire::SetDisk{disk_});
}
void NodeProcess::promote() { order(wire::TakeOver{}); }
void NodeProcess::change_member(NodeId node, bool add) { order(wire::ChangeMember{node, add}); }
void NodeProcess::ask_contents() {
  contents_.reset();
  order(wire::TellContents{});
}
void NodeProcess::drain() {
  if (control_) control_->drain();
}

bool NodeProcess::notice(const wire::Frame& frame) {
  auto notice = wire::from_bytes<wire::Notice>(frame.payload, options_.nodes);
  if (frame.kind != wire::FrameKind::notice || !notice) return false;
  std::visit([&](auto& what) { take(what); }, notice->what);
  return true;
}
void NodeProcess::take(wire::Listening& listening) { handlers_.listening(listening.port); }
void NodeProcess::take(wire::Refused& refused) { handlers_.refused(refused.why); }
void NodeProcess::take(wire::Witnessed& witnessed) {
  handlers_.witnessed(std::move(witnessed.events));
}

}  // namespace tribunal::cluster
