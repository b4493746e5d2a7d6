// What one node's log file would say: roles, crashes and recoveries, one line each with virtual
// time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "sut/node.h"

namespace tribunal::cluster {

class HostLog {
 public:
  static constexpr std::size_t largest = std::size_t{1} << 20;  // bytes; later lines are dropped

  const std::string& text() const { return text_; }
  void add(Time at, std::string_view line);

  // Returns what it wrote.
  std::string started(Time at, std::size_t recovered, std::size_t cut);
  void killed(Time at, std::size_t lost);
  void lost_power(Time at, std::size_t lost, std::size_t reached, bool torn);
  void corrupted(Time at, std::size_t record);
  void resumed(Time at, std::size_t waiting);
  void role(Time at, const sut::View& view);
  void witness(Time at, const sut::Witness& witness);  // only what is rare enough for a log

 private:
  std::string text_;
};

// "12.003456789": seconds with all nine decimals, padded on the left to `width`.
std::string show_time(Time at, int width = 0);

// What a log says of a change of role, and of a witness ("": nothing, it is too common).
std::string role_line(const sut::View& view);
std::string witness_line(const sut::Witness& witness);

std::string show(const sut::Witness& witness);  // "committed index=7 term=2"

}  // namespace tribunal::cluster
