// Where the operations of a kind on each key stand in each process.
#pragma once

#include <cstdint>
#include <vector>

#include "checker/session/observed.h"

namespace tribunal::checker::session {

// The operations of one process on one key.
struct Chain {
  std::uint32_t process = 0;
  std::vector<std::uint32_t> ops;  // in the order of the process
};

// The chains of every key: of its writes, or of its reads.
inline std::vector<std::vector<Chain>> chains(const Observed& observed, bool writes) {
  std::vector<std::vector<Chain>> keys(observed.keys);
  for (std::uint32_t p = 0; p < observed.processes.size(); ++p) {
    for (const std::uint32_t i : observed.processes[p]) {
      const Op& op = observed.ops[i];
      if (!(writes ? op.writes : op.reads)) continue;
      std::vector<Chain>& key = keys[op.key];
      if (key.empty() || key.back().process != p) key.push_back({p, {}});
      key.back().ops.push_back(i);
    }
  }
  return keys;
}

}  // namespace tribunal::checker::session
