#include "harness/interrupt.h"

#include <atomic>
#include <csignal>

namespace tribunal::harness {
namespace {

std::atomic<bool> flag{false};
static_assert(std::atomic<bool>::is_always_lock_free, "must be safe inside a signal handler");

void on_signal(int signal) {
  flag.store(true);
  std::signal(signal, SIG_DFL);
}

}  // namespace

void catch_interrupts() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
}

bool interrupted() { return flag.load(); }

}  // namespace tribunal::harness
