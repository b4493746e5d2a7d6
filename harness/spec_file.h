// Specifications of scenarios: where their text comes from, and what is made of it.
#pragma once

#include <string>

#include "base/result.h"
#include "base/settings.h"
#include "harness/scenario.h"
#include "spec/program.h"

namespace tribunal::harness {

// Reads the file that the workload names (file=...) into scenario.spec, unless the text is there
// already. A path counts from `directory` ("": the working directory), or else from the working
// directory. A workload that is not understood names none: validate() complains about it.
Status load_specification(Scenario& scenario, const std::string& directory);

// None: the workload runs no specification. Errors are those of the text, as spec::show prints
// them, and modes and clusters that cannot run it.
Result<spec::Program> make_specification(const Scenario& scenario, const Settings& mode,
                                         const Settings& workload);

}  // namespace tribunal::harness
