// See verdict.h.
#include "checker/verdict.h"

namespace tribunal::checker {

const char* name(Validity validity) {
  switch (validity) {
    case Validity::valid:
      return "valid";
    case Validity::invalid:
      return "invalid";
    default:
      return "unknown";
  }
}

Validity both(Validity a, Validity b) {
  if (a == Validity::invalid || b == Validity::invalid) return Validity::invalid;
  if (a == Validity::unknown || b == Validity::unknown) return Validity::unknown;
  return Validity::valid;
}

const char* name(Harm harm) { return harm == Harm::timeliness ? "timeliness" : "integrity"; }

}  // namespace tribunal::checker
