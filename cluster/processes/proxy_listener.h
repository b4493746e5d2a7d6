// Accepts connections on loopback, at a port that is free.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/result.h"

namespace asio {
class io_context;
}

namespace tribunal::cluster {

class ProxyListener {
 public:
  // Gets the descriptor (not blocking, close-on-exec) and closes it in the end.
  using Accept = std::function<void(int descriptor)>;

  static Result<std::unique_ptr<ProxyListener>> open(asio::io_context& io, Accept accept);
  ~ProxyListener();
  std::uint16_t port() const;

 private:
  struct State;
  explicit ProxyListener(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace tribunal::cluster
