// One TCP connection on loopback as the proxy uses it: reads as much as there is, gathers what is
// to be sent until flush(), and ends in three ways. Tells its owner what happens, from handlers of
// the io_context only and never after it is closed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <system_error>
#include <vector>

#include "cluster/processes/delivery_queue.h"
#include "cluster/wire/frame.h"

namespace asio {
class io_context;
}

namespace tribunal::cluster {

class ProxySocket;

// The sockets that have something to send.
class Outbox {
 public:
  void add(std::shared_ptr<ProxySocket> socket) { sockets_.push_back(std::move(socket)); }
  void flush();

 private:
  std::vector<std::shared_ptr<ProxySocket>> sockets_;
  std::vector<std::shared_ptr<ProxySocket>> flushing_;  // kept for its memory
};

// Bytes that were read and are not yet understood.
class InputBuffer {
 public:
  std::span<std::byte> room();  // where the next ones go
  void filled(std::size_t bytes);
  wire::ByteView bytes() const { return {storage_.data() + begin_, end_ - begin_}; }
  void consume(std::size_t bytes) { begin_ += bytes; }

 private:
  // An idle connection takes a page; a busy one reads 64 KiB at a time.
  static constexpr std::size_t least_room = 4096;
  static constexpr std::size_t most_room = std::size_t{64} << 10;

  std::vector<std::byte> storage_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t wanted_ = least_room;
};

class ProxySocket : public std::enable_shared_from_this<ProxySocket> {
 public:
  class Owner {
   public:
    virtual void connected(Side side, bool success) = 0;  // after dial()
    virtual void received(Side side) = 0;                 // see input()
    virtual void sent(Side side, const Load& load) = 0;
    // The other end closed it, or it failed. It is still to be closed here.
    virtual void ended(Side side) = 0;

   protected:
    ~Owner() = default;
  };

  // The owner closes it before it goes.
  ProxySocket(asio::io_context& io, Outbox& outbox, Owner& owner, Side side);
  ~ProxySocket();
  ProxySocket(const ProxySocket&) = delete;
  ProxySocket& operator=(const ProxySocket&) = delete;

  void adopt(int descriptor);     // of an accepted connection; not blocking
  bool dial(std::uint16_t port);  // false: there are no more descriptors

  void read();  // and goes on, until
  void stop_reading();
  bool reading() const { return !stopped_; }
  wire::ByteView input() const { return input_.bytes(); }
  void consume(std::size_t bytes) { input_.consume(bytes); }

  // Counts as `frames` in what is unsent and sent. Returns where the bytes lie until the next call,
  // so that one can be changed. Precondition: neither closed nor finishing.
  std::span<std::byte> write(wire::ByteView bytes, std::uint64_t frames);
  const Load& unsent() const { return unsent_; }
  void flush();

  void finish();  // closes when everything is sent; reads no more
  void close();   // now; what was not sent is lost, and stays in unsent()
  void reset();   // the same, and the other end sees "connection reset by peer"
  bool closed() const { return closed_; }
  bool takes_frames() const { return !closed_ && !finishing_; }

 private:
  struct Stream;
  void have_connected(const std::error_code& error);
  void have_read(const std::error_code& error, std::size_t bytes);
  void have_written(const std::error_code& error);
  void ask_to_flush();

  std::unique_ptr<Stream> stream_;
  Outbox& outbox_;
  Owner& owner_;
  const Side side_;
  InputBuffer input_;
  wire::Bytes pending_;  // while `writing_` is on its way to the operating system
  wire::Bytes writing_;
  Load unsent_;
  Load load_writing_;
  bool connected_ = false;
  bool read_outstanding_ = false;
  bool write_outstanding_ = false;
  bool in_outbox_ = false;
  bool stopped_ = true;
  bool finishing_ = false;
  bool closed_ = false;
};

}  // namespace tribunal::cluster
