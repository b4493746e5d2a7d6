// Histories whose serializability no amount of forced order decides: they are serializable exactly
// if a graph has two colours (after Papadimitriou 1979, who reduces satisfiability to polygraphs).
// Random histories hardly ever need a case distinction to be refuted; these always do.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "tests/checker/order_oracle.h"

namespace tribunal::checker::testing_support {

using Graph = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

// Four transactions a vertex: `later` reads from `earlier`, and neither `black` nor `white` may
// come in between. A vertex is black if `black` comes before, white if `white` comes after (some
// order makes it both), and never neither. Neighbours are not both black, nor both white.
class ColouredHistory {
 public:
  ColouredHistory(std::uint32_t vertices, const Graph& graph) : txns_(4 * vertices) {
    for (std::uint32_t t = 0; t < txns_.size(); ++t) {  // all at the same time
      txns_[t].call = t;
      txns_[t].ret = 4 * vertices + t;
    }
    for (std::uint32_t v = 0; v < vertices; ++v) {
      keep_out(v, black(v));
      keep_out(v, white(v));
      read_from(black(v), white(v));  // not white: white is before, and with it black
    }
    for (const auto& [a, b] : graph) {
      read_from(earlier(a), black(b));  // both black: black(b), earlier(b), black(a), earlier(a)
      read_from(earlier(b), black(a));
      read_from(white(a), later(b));  // both white: later(a), white(a), later(b), white(b)
      read_from(white(b), later(a));
    }
  }

  const std::vector<Txn>& txns() const { return txns_; }

 private:
  static std::uint32_t earlier(std::uint32_t v) { return 4 * v; }
  static std::uint32_t later(std::uint32_t v) { return 4 * v + 1; }
  static std::uint32_t black(std::uint32_t v) { return 4 * v + 2; }
  static std::uint32_t white(std::uint32_t v) { return 4 * v + 3; }

  Value read_from(std::uint32_t writer, std::uint32_t reader) {
    const Value reg = Value::integer(++registers_);
    txns_[writer].micros.push_back({true, reg, Value::integer(1)});
    txns_[reader].micros.push_back({false, reg, Value::integer(1)});
    return reg;
  }
  void keep_out(std::uint32_t v, std::uint32_t other) {
    const Value reg = read_from(earlier(v), later(v));
    txns_[other].micros.push_back({true, reg, Value::integer(2)});
  }

  std::vector<Txn> txns_;
  std::int64_t registers_ = 0;
};

}  // namespace tribunal::checker::testing_support
