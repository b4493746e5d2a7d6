// Wakes whoever runs the io_context at a time, so that the proxy's flush() is called then.
#pragma once

#include <chrono>
#include <memory>

namespace asio {
class io_context;
}

namespace tribunal::cluster {

class ProxyAlarm {
 public:
  explicit ProxyAlarm(asio::io_context& io);
  ~ProxyAlarm();
  // Not after `at`; an earlier alarm may come as well, and is then the only one.
  void set(std::chrono::steady_clock::time_point at);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace tribunal::cluster
