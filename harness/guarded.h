// Work that may run away, in a child process of its own: when it takes too long or too much memory
// it is killed, and the program goes on. Z3's own limits are not hard ones.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/ids.h"
#include "base/result.h"

namespace tribunal::harness {

struct Limits {
  Duration time = seconds(60);
  std::uint64_t memory = 0;  // bytes of address space; 0: no limit
};

// What `work` returned. `relax`, which `work` is given, may be called by it once the part that may
// run away is over: from then on there is no limit of time. An error says how the child ended.
// Precondition: the process has a single thread.
Result<std::string> run_guarded(
    const Limits& limits,
    const std::function<std::string(const std::function<void()>& relax)>& work);

}  // namespace tribunal::harness
