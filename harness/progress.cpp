#include "harness/progress.h"

#include <cstdlib>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

namespace tribunal::harness {

Progress::Progress(bool quiet, std::string unit)
    : enabled_(!quiet && isatty(STDERR_FILENO) != 0),
      unit_(std::move(unit)),
      started_(Clock::now()),
      last_(started_) {}

Progress::~Progress() { clear(); }

void Progress::update(const char* stage, double fraction, std::uint64_t done) {
  if (!enabled_) return;
  const auto now = Clock::now();
  if (now - started_ < std::chrono::seconds(1) || now - last_ < std::chrono::milliseconds(100))
    return;
  last_ = now;
  shown_ = true;
  const double elapsed = std::chrono::duration<double>(now - started_).count();
  constexpr int width = 30;
  const int filled = static_cast<int>(fraction * width);
  std::string left = "?";
  if (fraction > 0.01) left = fmt::format("{:.0f}s", elapsed / fraction - elapsed);
  fmt::print(stderr, "\r\x1b[2K{} [{:█<{}}{:·<{}}] {:3.0f} %  {} {}  {:.0f}/s  {} left", stage, "",
             filled, "", width - filled, fraction * 100, done, unit_,
             static_cast<double>(done) / elapsed, left);
  std::fflush(stderr);
}

void Progress::clear() {
  if (!shown_) return;
  fmt::print(stderr, "\r\x1b[2K");
  std::fflush(stderr);
  shown_ = false;
}

bool use_color(const std::string& choice, int descriptor) {
  if (choice == "always") return true;
  if (choice == "never" || std::getenv("NO_COLOR") != nullptr) return false;
  return isatty(descriptor) != 0;
}

}  // namespace tribunal::harness
