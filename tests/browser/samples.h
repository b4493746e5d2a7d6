// Runs to look at: each is a history with the results a checker would give. Shared by the tests of
// the reports and the program that writes sample pages.
#pragma once

#include <cstdint>

#include "history/history.h"
#include "reports/report.h"

namespace tribunal::reports::testing {

struct Sample {
  history::History history;
  Results results;
};

Sample valid_run();
Sample stale_read();
Sample lost_write_under_partition();
Sample several_anomalies();
Sample undecided_file();  // from a file: no run data, no time stamps
Sample hostile();         // markup, control characters and broken UTF-8 in every text
Sample many(std::uint32_t operations);

}  // namespace tribunal::reports::testing
