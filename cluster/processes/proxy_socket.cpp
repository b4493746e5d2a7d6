// Every outstanding operation holds the socket, so that buffers live as long as it; after close()
// its handler does nothing.
#include "cluster/processes/proxy_socket.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <unistd.h>
#include <utility>

#include <asio.hpp>
#include <sys/socket.h>

namespace tribunal::cluster {

using asio::ip::tcp;

void Outbox::flush() {
  std::swap(sockets_, flushing_);
  for (const auto& socket : flushing_) socket->flush();
  flushing_.clear();
}

std::span<std::byte> InputBuffer::room() {
  constexpr std::size_t kept = 4 * most_room;  // after a large frame its memory is given back
  if (begin_ == end_) {
    begin_ = end_ = 0;
    if (storage_.size() > kept) storage_ = std::vector<std::byte>(wanted_);
  }
  if (storage_.size() - end_ < wanted_ && begin_ != 0) {
    std::memmove(storage_.data(), storage_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (storage_.size() - end_ < wanted_) storage_.resize(end_ + wanted_);
  return {storage_.data() + end_, storage_.size() - end_};
}

void InputBuffer::filled(std::size_t bytes) {
  assert(bytes <= storage_.size() - end_);
  end_ += bytes;
  if (bytes >= wanted_) wanted_ = std::min(2 * wanted_, most_room);
}

struct ProxySocket::Stream {
  explicit Stream(asio::io_context& io) : socket(io) {}
  tcp::socket socket;
};

ProxySocket::ProxySocket(asio::io_context& io, Outbox& outbox, Owner& owner, Side side)
    : stream_(std::make_unique<Stream>(io)), outbox_(outbox), owner_(owner), side_(side) {}

ProxySocket::~ProxySocket() = default;

void ProxySocket::adopt(int descriptor) {
  std::error_code error;
  stream_->socket.assign(tcp::v4(), descriptor, error);
  if (error) {
    ::close(descriptor);
    closed_ = true;
    return;
  }
  stream_->socket.set_option(tcp::no_delay(true), error);  // if it fails, it is slower
  connected_ = true;
}

bool ProxySocket::dial(std::uint16_t port) {
  // By hand, because Asio's sockets would be inherited by the processes that are started.
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return false;
  adopt(descriptor);
  connected_ = false;
  if (closed_) return false;
  stream_->socket.async_connect(
      tcp::endpoint(asio::ip::address_v4::loopback(), port),
      [self = shared_from_this()](const std::error_code& error) { self->have_connected(error); });
  return true;
}

void ProxySocket::have_connected(const std::error_code& error) {
  if (closed_) return;
  connected_ = !error;
  owner_.connected(side_, connected_);
  if (unsent_.bytes != 0) ask_to_flush();
}

void ProxySocket::read() {
  stopped_ = false;
  if (closed_ || finishing_ || read_outstanding_) return;
  read_outstanding_ = true;
  const std::span<std::byte> room = input_.room();
  stream_->socket.async_read_some(
      asio::buffer(room.data(), room.size()),
      [self = shared_from_this()](const std::error_code& error, std::size_t bytes) {
        self->have_read(error, bytes);
      });
}

void ProxySocket::stop_reading() { stopped_ = true; }

void ProxySocket::have_read(const std::error_code& error, std::size_t bytes) {
  read_outstanding_ = false;
  if (closed_ || finishing_) return;
  if (error) {
    owner_.ended(side_);
    return;
  }
  input_.filled(bytes);
  owner_.received(side_);
  if (!stopped_) read();
}

std::span<std::byte> ProxySocket::write(wire::ByteView bytes, std::uint64_t frames) {
  assert(takes_frames());
  const std::size_t at = pending_.size();
  pending_.insert(pending_.end(), bytes.begin(), bytes.end());
  unsent_ += Load{frames, bytes.size()};
  ask_to_flush();
  return {pending_.data() + at, bytes.size()};
}

void ProxySocket::ask_to_flush() {
  if (in_outbox_ || write_outstanding_ || !connected_ || closed_) return;
  in_outbox_ = true;
  outbox_.add(shared_from_this());
}

void ProxySocket::flush() {
  in_outbox_ = false;
  if (closed_ || write_outstanding_ || pending_.empty()) return;
  write_outstanding_ = true;
  std::swap(pending_, writing_);
  load_writing_ = unsent_;
  asio::async_write(stream_->socket, asio::buffer(writing_),
                    [self = shared_from_this()](const std::error_code& error, std::size_t) {
                      self->have_written(error);
                    });
}

void ProxySocket::have_written(const std::error_code& error) {
  constexpr std::size_t kept_capacity = std::size_t{1} << 20;
  write_outstanding_ = false;
  if (writing_.capacity() > kept_capacity) writing_ = wire::Bytes{};
  writing_.clear();
  if (closed_) return;
  if (error) {
    owner_.ended(side_);
    return;
  }
  const Load load = std::exchange(load_writing_, Load{});
  unsent_ -= load;
  if (finishing_ && pending_.empty()) close();
  owner_.sent(side_, load);
  if (!pending_.empty()) ask_to_flush();
}

void ProxySocket::finish() {
  finishing_ = true;
  if (unsent_.bytes == 0) close();
}

void ProxySocket::close() {
  if (closed_) return;
  closed_ = true;
  std::error_code ignored;  // closed it is in any case
  // A process that is just being started may hold a copy of the descriptor for a moment: close()
  // alone would not end the connection before that is gone.
  stream_->socket.shutdown(tcp::socket::shutdown_both, ignored);
  stream_->socket.close(ignored);
}

void ProxySocket::reset() {
  if (closed_) return;
  closed_ = true;
  std::error_code ignored;
  stream_->socket.set_option(asio::socket_base::linger(true, 0), ignored);
  stream_->socket.close(ignored);
}

}  // namespace tribunal::cluster
