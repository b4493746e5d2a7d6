#include "tests/spec/random_spec.h"

#include "tests/spec/spec_builder.h"

namespace tribunal::spec {

std::string random_spec(std::uint64_t seed) {
  SpecBuilder spec(seed);
  std::uint64_t left = spec.chance("two-shapes"_site, 35) ? 2 : 1;
  bool any = false;
  for (int attempt = 0; !any || (left > 0 && attempt < 4); ++attempt) {
    if (attempt > 20) return random_spec(seed + 0x9e3779b97f4a7c15U);
    if (!add_random_shape(spec)) continue;
    any = true;
    --left;
  }
  return spec.finish();
}

}  // namespace tribunal::spec
