#include "verify/core.h"

#include <fmt/format.h>

#include "verify/excerpt.h"
#include "verify/producers.h"

namespace tribunal::verify {

namespace {

std::vector<const Op*> all_of(const KeyHistory& key) {
  std::vector<const Op*> out;
  for (const Op& op : key.ops) out.push_back(&op);
  return out;
}

}  // namespace

Result<CoreFinding> check_core(const KeyHistory& key, const std::vector<std::uint32_t>& core,
                               bool minimal, std::uint64_t step_limit) {
  std::vector<const Op*> members;
  for (const std::uint32_t invocation : core) {
    const Op* op = key.find(invocation);
    if (op == nullptr) {
      return fail(fmt::format(
          "event {} of the core is not the invocation of an operation of this key", invocation));
    }
    members.push_back(op);
  }
  const Producers whole(key, all_of(key));
  Budget budget{step_limit};
  const Outcome together = search(key, make_excerpt(key, members, whole), budget);
  if (together == Outcome::possible) return fail("the operations of the core can be put in order");
  if (together == Outcome::exhausted) return CoreFinding::undecided;
  for (std::size_t i = 0; minimal && i < members.size(); ++i) {
    std::vector<const Op*> rest = members;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
    const Outcome without = search(key, make_excerpt(key, rest, whole), budget);
    if (without == Outcome::exhausted) return CoreFinding::undecided;
    if (without == Outcome::impossible) {
      return fail(fmt::format("the core is not minimal: it is impossible without operation {} too",
                              core[i]));
    }
  }
  return CoreFinding::proven;
}

}  // namespace tribunal::verify
