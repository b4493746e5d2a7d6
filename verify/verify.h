// Re-checks the proofs that checkers attach to their verdicts, with separate and simpler code: this
// folder shares nothing with checker/ but history/. The format of a proof is in docs/proofs.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "history/history.h"

namespace tribunal::verify {

enum class Finding { accepted, rejected, undecided };

struct Report {
  Finding finding = Finding::undecided;
  std::string reason;      // why rejected or undecided: one sentence naming key and operation
  std::string claim;       // "valid", "invalid" or "unknown": what the proof says of the history
  std::uint64_t keys = 0;  // partitions re-checked
  std::uint64_t operations = 0;  // operations replayed or searched
};

// `proof` is the text of a proof file; `history` the history it speaks of. Never crashes, whatever
// the text. Searches at most `step_limit` steps for each core, then answers undecided.
Report verify_proof(const history::History& history, std::string_view proof,
                    std::uint64_t step_limit = 50'000'000);

}  // namespace tribunal::verify
