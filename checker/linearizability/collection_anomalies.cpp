// Names the violations of sets and of strings that grow by appends: a read shows everything, so
// what is missing from it or should not be in it can be pointed at.
#include <algorithm>

#include <fmt/core.h>

#include "checker/linearizability/evidence.h"

namespace tribunal::checker::linearizability {

namespace {

// An acknowledged addition of the core that the observer should have seen and did not.
std::optional<Finding> missing(Evidence& e, const std::string& lost_kind) {
  const std::uint32_t reader = e.observer();
  for (auto i = e.core().rbegin(); i != e.core().rend(); ++i) {
    const std::vector<std::uint32_t> tokens = e.produced(*i);
    if (tokens.empty() || !e.precedes(*i, reader) || e.wants(reader, tokens[0])) continue;
    std::string text = fmt::format("{}, but {}, and that had returned before the read began.",
                                   capital(e.did(reader)), e.did(*i));
    for (const std::uint32_t later : e.observers(tokens[0])) {
      if (!e.precedes(*i, later)) continue;
      return Finding{"stale read",
                     text + fmt::format(" It was not lost: {} did see it (events {}-{}).",
                                        e.who(later), e.op(later).call, e.op(later).ret)};
    }
    return Finding{lost_kind, text + " No operation that began after it ever saw it."};
  }
  return std::nullopt;
}

// Somebody saw something before the observer began that the observer did not see.
std::optional<Finding> inversion(Evidence& e) {
  const std::uint32_t reader = e.observer();
  for (auto i = e.core().rbegin(); i != e.core().rend(); ++i) {
    if (*i == reader || !e.precedes(*i, reader)) continue;
    for (const std::uint32_t token : e.wanted(*i)) {
      if (e.wants(reader, token)) continue;
      return Finding{e.same_process(*i, reader) ? "non-monotonic read" : "new-old inversion",
                     fmt::format("{}, although {}, before that read began: the later read misses "
                                 "something that the earlier one had seen.",
                                 capital(e.did(reader)), e.did(*i))};
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Finding> classify_collections(Evidence& evidence, const std::string& lost_kind) {
  if (auto finding = missing(evidence, lost_kind)) return finding;
  return inversion(evidence);
}

}  // namespace tribunal::checker::linearizability
