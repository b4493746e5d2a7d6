#include "harness/exit_code.h"

namespace tribunal::harness {
namespace {

int severity(ExitCode code) {
  switch (code) {
    case ExitCode::holds:
      return 0;
    case ExitCode::undecided:
      return 1;
    case ExitCode::failed:
      return 2;
    case ExitCode::usage:
      return 3;
    case ExitCode::violated:
      return 4;
    case ExitCode::interrupted:
      return 5;
  }
  return 2;
}

}  // namespace

ExitCode exit_code(checker::Validity validity) {
  switch (validity) {
    case checker::Validity::valid:
      return ExitCode::holds;
    case checker::Validity::invalid:
      return ExitCode::violated;
    case checker::Validity::unknown:
      return ExitCode::undecided;
  }
  return ExitCode::failed;
}

ExitCode exit_code(checker::Validity validity, bool failed) {
  const ExitCode code = exit_code(validity);
  return failed && code != ExitCode::violated ? ExitCode::failed : code;
}

ExitCode worst(ExitCode a, ExitCode b) { return severity(a) >= severity(b) ? a : b; }

}  // namespace tribunal::harness
