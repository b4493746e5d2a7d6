// Wakes up by a timer of the io_context; the handler itself has nothing to do.
#include "cluster/processes/proxy_alarm.h"

#include <system_error>

#include <asio.hpp>

namespace tribunal::cluster {

struct ProxyAlarm::State {
  explicit State(asio::io_context& io) : timer(io) {}
  asio::steady_timer timer;
  bool set = false;
};

ProxyAlarm::ProxyAlarm(asio::io_context& io) : state_(std::make_shared<State>(io)) {}

ProxyAlarm::~ProxyAlarm() { state_->timer.cancel(); }

void ProxyAlarm::set(std::chrono::steady_clock::time_point at) {
  if (state_->set && state_->timer.expiry() <= at) return;
  state_->timer.expires_at(at);
  state_->set = true;
  state_->timer.async_wait([state = state_](const std::error_code& error) {
    if (!error) state->set = false;  // an error: it was set anew, or is no more
  });
}

}  // namespace tribunal::cluster
