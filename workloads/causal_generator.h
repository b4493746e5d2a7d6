// Question and answer: the shortest chain of causes that spans three clients and two keys.
#pragma once

#include <cstdint>

#include "workloads/generator.h"

namespace tribunal::workloads {

struct CausalOptions {
  std::uint32_t concurrency = 10;
  std::uint64_t window = 3;  // so many of the latest chains are read
};

// Endless. Thread t mod 3 is an asker (writes the question of a new chain), an answerer (reads the
// question of a recent chain and, once it has seen it, writes the answer), or an observer (reads
// the answer of a recent chain, then its question). Chain n has question 2n and answer 2n + 1; the
// only value of a key is 1.
Generator causal_generator(const CausalOptions& options);

}  // namespace tribunal::workloads
