// Closed-loop load on a real cluster on loopback, and what came of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"

namespace tribunal::bench {

struct Load {
  std::uint32_t clients = 20;  // each asks again as soon as it is answered
  bool reads = false;          // linearizable reads; else writes
  Duration length = seconds(3);
  std::uint32_t keys = 100;
};

struct Measured {
  std::uint64_t operations = 0;
  std::uint64_t failed = 0;
  double per_second = 0;
  double p50 = 0, p99 = 0, p999 = 0;  // milliseconds
};
// From the latencies of all operations, in nanoseconds, in any order.
Measured measured(std::vector<std::int64_t>& latencies, std::uint64_t failed, Duration length);

// etcd, when it is installed: three nodes of its own below `directory`, driven through its HTTP
// gateway on persistent connections. An error says what is missing.
class Etcd {
 public:
  static Result<Etcd> start(const std::string& directory);
  Etcd(Etcd&&) noexcept;
  ~Etcd();
  Result<Measured> run(const Load& load);

 private:
  struct State;
  explicit Etcd(State* state) : state_(state) {}
  State* state_;
};

}  // namespace tribunal::bench
