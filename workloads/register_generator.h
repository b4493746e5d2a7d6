// Reads, writes and compare-and-sets on many independent registers.
#pragma once

#include <cstdint>

#include "workloads/generator.h"

namespace tribunal::workloads {

struct RegisterOptions {
  std::uint32_t keys = 5;           // live at a time
  std::uint64_t ops_per_key = 200;  // then a fresh key takes the place; 0: never
  std::uint64_t values = 0;  // size of the domain 0 .. values-1; 0: every written value is new
  std::uint64_t reads = 2;   // weights
  std::uint64_t writes = 1;
  std::uint64_t cas = 1;
  std::uint32_t concurrency = 10;  // threads 0 .. concurrency-1
};

// Endless. Operations: read nil, write v, cas [from to]; keys are integers from 0 in order of first
// use. New values count 1, 2, 3, ... on each key. A cas then starts from the value last seen on its
// key (by an ok read, write or cas), so that it has a chance; before anything was seen it becomes a
// write.
Generator register_generator(const RegisterOptions& options);

}  // namespace tribunal::workloads
