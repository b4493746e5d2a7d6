// File descriptors, listeners and connections.
#include "cluster/processes/sockets.h"

#include <cerrno>
#include <cstring>
#include <poll.h>
#include <unistd.h>
#include <utility>

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace tribunal::cluster {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}
// The socket interface of C takes every kind of address as a pointer to the general one.
const sockaddr* general(const sockaddr_in& address) {
  return static_cast<const sockaddr*>(static_cast<const void*>(&address));
}
sockaddr* general(sockaddr_in& address) {
  return static_cast<sockaddr*>(static_cast<void*>(&address));
}

FileDescriptor tcp_socket() {
  return FileDescriptor(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

void without_delay(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

constexpr std::size_t read_bytes = 64 * 1024;
constexpr std::size_t reads_in_a_row = 4;  // then others have their turn

}  // namespace

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = other.release();
  }
  return *this;
}
FileDescriptor::~FileDescriptor() { close(); }
int FileDescriptor::release() { return std::exchange(fd_, -1); }
void FileDescriptor::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

Error system_error(const std::string& doing, int error) {
  return Error{doing + ": " + std::strerror(error)};
}

Result<FileDescriptor> listen_on_loopback(std::uint16_t& port) {
  FileDescriptor fd = tcp_socket();
  if (!fd) return Failure{system_error("making a socket", errno)};
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address = loopback(port);
  if (::bind(fd.get(), general(address), sizeof address) != 0 || ::listen(fd.get(), 512) != 0)
    return Failure{system_error("listening on 127.0.0.1:" + std::to_string(port), errno)};
  socklen_t size = sizeof address;
  ::getsockname(fd.get(), general(address), &size);
  port = ntohs(address.sin_port);
  return fd;
}

Result<FileDescriptor> begin_connecting(std::uint16_t port) {
  FileDescriptor fd = tcp_socket();
  if (!fd) return Failure{system_error("making a socket", errno)};
  without_delay(fd.get());
  const sockaddr_in address = loopback(port);
  if (::connect(fd.get(), general(address), sizeof address) != 0 && errno != EINPROGRESS)
    return Failure{system_error("connecting to port " + std::to_string(port), errno)};
  return fd;
}

int connecting_failed(int fd) {
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
  return error;
}

// ---- Listener ----
class Listener::State : public std::enable_shared_from_this<State> {
 public:
  State(asio::io_context& io, FileDescriptor listening, Accepted accepted)
      : descriptor_(io, listening.release()), accepted_(std::move(accepted)) {}

  void wait() {
    descriptor_.async_wait(asio::posix::stream_descriptor::wait_read,
                           [self = shared_from_this()](const asio::error_code& error) {
                             if (!error) self->accept_all();
                           });
  }
  void stop() {
    accepted_ = nullptr;
    asio::error_code ignored;
    descriptor_.close(ignored);
  }

 private:
  void accept_all() {
    while (accepted_) {
      FileDescriptor fd(
          ::accept4(descriptor_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (!fd) break;  // none left, or none to be had: the next one will wake us
      without_delay(fd.get());
      const Accepted accepted = accepted_;  // it may stop this listener
      accepted(std::move(fd));
    }
    if (accepted_) wait();
  }

  asio::posix::stream_descriptor descriptor_;
  Accepted accepted_;
};

Listener::Listener(asio::io_context& io, FileDescriptor listening, Accepted accepted)
    : state_(std::make_shared<State>(io, std::move(listening), std::move(accepted))) {
  state_->wait();
}
Listener::~Listener() { state_->stop(); }

// ---- Channel ----
class Channel::State : public std::enable_shared_from_this<State> {
 public:
  State(asio::io_context& io, FileDescriptor socket, Handlers handlers)
      : descriptor_(io, socket.release()), handlers_(std::move(handlers)) {}

  bool open() const { return descriptor_.is_open(); }
  std::size_t waiting() const { return out_.size() - written_; }
  wire::Bytes& out() { return out_; }

  void wait_connected() {
    connecting_ = true;
    descriptor_.async_wait(asio::posix::stream_descriptor::wait_write,
                           [self = shared_from_this()](const asio::error_code& error) {
                             if (!error && self->open()) self->connected();
                           });
  }
  void wait_readable() {
    descriptor_.async_wait(asio::posix::stream_descriptor::wait_read,
                           [self = shared_from_this()](const asio::error_code& error) {
                             if (error || !self->open()) return;
                             self->read();
                             if (self->open()) self->wait_readable();
                           });
  }

  void read() {
    for (std::size_t n = 0; n < reads_in_a_row && open(); ++n) {
      if (in_.size() < filled_ + read_bytes) in_.resize(filled_ + read_bytes);
      const ssize_t got =
          ::recv(descriptor_.native_handle(), in_.data() + filled_, read_bytes, MSG_DONTWAIT);
      const int error = errno;
      if (got < 0 && error == EINTR) continue;
      if (got < 0 && (error == EAGAIN || error == EWOULDBLOCK)) return;
      if (got <= 0) {
        broke(got == 0 ? "closed by the other side" : std::strerror(error));
        return;
      }
      filled_ += static_cast<std::size_t>(got);
      handle_frames();
      if (static_cast<std::size_t>(got) < read_bytes) return;
    }
  }

  void flush() {
    if (connecting_ || writing_ || !open()) return;
    while (written_ < out_.size()) {
      const ssize_t put = ::send(descriptor_.native_handle(), out_.data() + written_,
                                 out_.size() - written_, MSG_DONTWAIT | MSG_NOSIGNAL);
      if (put >= 0) {
        written_ += static_cast<std::size_t>(put);
      } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
        wait_writable();
        return;
      } else if (errno != EINTR) {
        return;  // reading will find out why, after what the other side still had to say
      }
    }
    out_.clear();
    written_ = 0;
  }

  void flush_all() {
    while (open()) {
      writing_ = false;
      flush();
      if (!writing_) return;
      pollfd until{descriptor_.native_handle(), POLLOUT, 0};
      if (::poll(&until, 1, -1) < 0 && errno != EINTR) return;
      if ((until.revents & (POLLERR | POLLHUP)) != 0) return;
    }
  }

  void close() {
    handlers_ = {};
    asio::error_code ignored;
    descriptor_.close(ignored);
  }

 private:
  void connected() {
    connecting_ = false;
    if (const int error = connecting_failed(descriptor_.native_handle()); error != 0) {
      broke(std::strerror(error));
      return;
    }
    wait_readable();
    if (const auto connected = handlers_.connected) connected();
    flush();
  }

  void handle_frames() {
    std::size_t at = 0;
    while (open()) {
      const wire::Parsed parsed = wire::parse_frame(wire::ByteView(in_.data() + at, filled_ - at));
      if (!parsed.error.empty()) {
        broke(parsed.error);
        return;
      }
      if (!parsed.complete) break;
      at += parsed.frame.whole.size();
      const auto handle = handlers_.frame;  // it may close this channel
      if (handle && !handle(parsed.frame)) {
        broke("a frame that makes no sense here");
        return;
      }
    }
    if (at == 0) return;
    std::memmove(in_.data(), in_.data() + at, filled_ - at);
    filled_ -= at;
  }

  void wait_writable() {
    writing_ = true;
    descriptor_.async_wait(asio::posix::stream_descriptor::wait_write,
                           [self = shared_from_this()](const asio::error_code& error) {
                             if (error || !self->open()) return;
                             self->writing_ = false;
                             self->flush();
                           });
  }

  void broke(const std::string& why) {
    if (!open()) return;
    const auto closed = handlers_.closed;
    close();
    if (closed) closed(why);
  }

  asio::posix::stream_descriptor descriptor_;
  Handlers handlers_;
  wire::Bytes in_;  // a buffer; the first filled_ bytes came and are not handled yet
  std::size_t filled_ = 0;
  wire::Bytes out_;
  std::size_t written_ = 0;  // of out_
  bool connecting_ = false;
  bool writing_ = false;  // waits until the socket takes more
};

Channel::Channel(asio::io_context& io, FileDescriptor socket, bool connecting, Handlers handlers)
    : state_(std::make_shared<State>(io, std::move(socket), std::move(handlers))) {
  if (connecting) {
    state_->wait_connected();
  } else {
    state_->wait_readable();
  }
}
Channel::~Channel() { state_->close(); }
void Channel::append(wire::FrameKind kind, std::uint8_t flags, wire::ByteView payload) {
  wire::append_frame(state_->out(), kind, flags, payload);
}
std::size_t Channel::waiting() const { return state_->waiting(); }
void Channel::flush() { state_->flush(); }
void Channel::flush_all() { state_->flush_all(); }
void Channel::drain() {
  const auto state = state_;
  state->read();
}
bool Channel::open() const { return state_->open(); }
void Channel::close() { state_->close(); }

}  // namespace tribunal::cluster
