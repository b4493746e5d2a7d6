#include "base/choices.h"

namespace tribunal {

std::uint64_t Choices::next_ordinal(Site site) {
  for (Counter& counter : counters_) {
    if (counter.site == site.hash) return counter.next++;
  }
  counters_.push_back({site.hash, 1});
  return 0;
}

std::uint64_t Choices::fingerprint() const {
  Fingerprint print;
  print.add(seed_).add(scope_);
  for (const Counter& counter : counters_) print.add(counter.site).add(counter.next);
  return print.value();
}

}  // namespace tribunal
