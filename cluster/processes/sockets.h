// Stream sockets on loopback, by file descriptor: non-blocking, close-on-exec, without Nagle's
// delay.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cluster/wire/frame.h"

namespace asio {
class io_context;
}

namespace tribunal::cluster {

// Closes on destruction; -1: none.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(other.release()) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  ~FileDescriptor();

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release();
  void close();

 private:
  int fd_ = -1;
};

// What errno says, after `doing`: "connecting to port 4711: Connection refused".
Error system_error(const std::string& doing, int error);

// Listens on 127.0.0.1; port 0: any that is free, which `port` then is.
Result<FileDescriptor> listen_on_loopback(std::uint16_t& port);
// A socket whose connecting has begun; it is done when the socket can be written.
Result<FileDescriptor> begin_connecting(std::uint16_t port);
// 0, or the errno with which connecting failed.
int connecting_failed(int fd);

// Accepts connections until it is destroyed.
class Listener {
 public:
  using Accepted = std::function<void(FileDescriptor)>;
  Listener(asio::io_context& io, FileDescriptor listening, Accepted accepted);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

 private:
  class State;
  std::shared_ptr<State> state_;
};

// One stream socket that carries frames. It reads whenever there is something to read, and collects
// what is to be written until flush().
class Channel {
 public:
  struct Handlers {
    // False: close the connection, for what came makes no sense. The frame lives during the call.
    std::function<bool(const wire::Frame&)> frame;
    // The other side closed it, or it broke, or a frame was refused: why, in words. Once at most,
    // and not after close().
    std::function<void(const std::string& why)> closed;
    std::function<void()> connected;  // only for connections that are being made
  };
  // `connecting`: the socket came from begin_connecting().
  Channel(asio::io_context& io, FileDescriptor socket, bool connecting, Handlers handlers);
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  void append(wire::FrameKind kind, std::uint8_t flags, wire::ByteView payload);
  std::size_t waiting() const;  // bytes that are not written yet
  void flush();                 // writes what the socket takes now, and the rest when it can
  void flush_all();             // waits until all is written, or the connection broke
  void drain();                 // reads and handles what is there to read now, without waiting
  bool open() const;
  void close();

 private:
  class State;
  std::shared_ptr<State> state_;
};

}  // namespace tribunal::cluster
