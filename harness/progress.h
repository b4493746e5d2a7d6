// A bar with rate and time left on standard error, when that is a terminal and only after a second.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace tribunal::harness {

class Progress {
 public:
  Progress(bool quiet, std::string unit);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // fraction in [0, 1]; `done` counts units (operations, files).
  void update(const char* stage, double fraction, std::uint64_t done);
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  bool enabled_;
  bool shown_ = false;
  std::string unit_;
  Clock::time_point started_;
  Clock::time_point last_;
};

// Whether to colour what goes to the descriptor: "always", "never", or "auto" (a terminal, NO_COLOR
// unset).
bool use_color(const std::string& choice, int descriptor);

}  // namespace tribunal::harness
