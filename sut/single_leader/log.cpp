// The hash chain of the log.
#include "sut/single_leader/log.h"

#include "base/hash.h"

namespace tribunal::sut::single_leader {

// Covers everything in the entry, so that equal chains mean equal prefixes of the log.
std::uint64_t Entry::chain(std::uint64_t previous) const {
  std::uint64_t chain = combine(previous, term);
  chain = combine(chain, static_cast<std::uint64_t>(wall.count()));
  chain = combine(chain, id.sequence);
  const std::uint64_t kind = static_cast<std::uint64_t>(command.kind) << 32;
  chain = combine(chain, kind | index(id.client));
  chain = combine(chain, command.key);
  chain = combine(chain, static_cast<std::uint64_t>(command.a));
  return combine(chain, static_cast<std::uint64_t>(command.b));
}

}  // namespace tribunal::sut::single_leader
