// Serializability by its definition: run the transactions one after another in every order, those
// of unknown outcome or not. Shares nothing with tests/checker/order_oracle.h but the transactions.
// For about 7 of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/checker/order_oracle.h"

namespace tribunal::checker::testing_support {

// Runs a transaction; false if it read something else.
inline bool run_alone(const Txn& txn, Registers& registers) {
  for (const Micro& micro : txn.micros) {
    if (micro.write) {
      registers[micro.reg] = *micro.value;
    } else if (txn.must_happen && micro.value.has_value() &&
               !(registers[micro.reg] == *micro.value)) {
      return false;
    }
  }
  return true;
}

inline bool some_serial_order(const std::vector<Txn>& txns, const Registers& now,
                              RealTime real_time, std::vector<bool>& done) {
  bool complete = true;
  for (std::size_t t = 0; t < txns.size(); ++t) {
    if (done[t]) continue;
    if (txns[t].must_happen) complete = false;
    bool next = true;
    for (std::size_t u = 0; u < txns.size() && real_time == RealTime::respected; ++u) {
      if (!done[u] && txns[u].must_happen && txns[u].ret < txns[t].call) next = false;
    }
    Registers after = now;
    if (!next || !run_alone(txns[t], after)) continue;
    done[t] = true;
    const bool found = some_serial_order(txns, after, real_time, done);
    done[t] = false;
    if (found) return true;
  }
  return complete;
}

inline bool brute_force_serial(const std::vector<Txn>& txns, const Registers& initial,
                               RealTime real_time) {
  std::vector<bool> done(txns.size());
  return some_serial_order(txns, initial, real_time, done);
}

// Replays an order that claims to be serial; "" or what is wrong with it.
inline std::string replay_serial(const std::vector<Txn>& txns, const Registers& initial,
                                 RealTime real_time, const std::vector<std::uint32_t>& order) {
  std::vector<bool> done(txns.size());
  Registers now = initial;
  std::uint32_t latest_call = 0;  // of those placed
  for (const std::uint32_t t : order) {
    if (done[t]) return "places " + std::to_string(t) + " twice";
    done[t] = true;
    if (real_time == RealTime::respected && txns[t].ret < latest_call) {
      return "places " + std::to_string(t) + " too late";
    }
    latest_call = std::max(latest_call, txns[t].call);
    if (!run_alone(txns[t], now)) return "is refused at " + std::to_string(t);
  }
  for (std::size_t t = 0; t < txns.size(); ++t) {
    if (txns[t].must_happen && !done[t]) return "lacks " + std::to_string(t);
  }
  return "";
}

}  // namespace tribunal::checker::testing_support
