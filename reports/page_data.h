// What the page draws, beyond the results themselves: stories of anomalies, faults, marks, a
// summary over time, and the operations of the timeline in compact columns. All of it bounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "history/history.h"
#include "reports/faults.h"
#include "reports/report.h"
#include "reports/results_document.h"

namespace tribunal::reports {

// The horizontal axis: nanoseconds when every event has a time stamp, else the index of the event.
class Axis {
 public:
  explicit Axis(const history::History& history);
  bool timed() const { return timed_; }
  std::int64_t at(std::uint32_t event) const;
  std::int64_t start() const { return start_; }
  std::int64_t end() const { return end_; }

 private:
  const history::History& history_;
  bool timed_ = false;
  std::int64_t start_ = 0;
  std::int64_t end_ = 0;
};

struct PageLimits {
  std::size_t stories = 12;          // anomalies with picture and proof
  std::size_t core_operations = 40;  // of one story
  std::size_t candidates = 20;       // blocked operations of one proof
  std::size_t marks = 2000;          // each of faults, instants, marks of the store
  std::size_t text = 4000;           // bytes of one string
  std::size_t scenario = 200'000;    // bytes of the scenario
};

Json page_document(const Results& results, const history::History& history, const Axis& axis,
                   const FaultLog& faults, const PageLimits& limits);

// Rate and latency over time: `bins` equal slices of the axis.
Json bins_json(const history::History& history, const Axis& axis, std::size_t bins);

// Invocations of the operations that a reader will look for first: cores of anomalies, ascending.
std::vector<std::uint32_t> core_operations(const Results& results, const PageLimits& limits);

struct Columns {
  std::string json;
  std::uint64_t shown = 0;
  std::uint64_t total = 0;
};
// At most about `budget` bytes: `always` plus the operations around the first of them (or from the
// start).
Columns operation_columns(const history::History& history, const Axis& axis,
                          const std::vector<std::uint32_t>& always, std::size_t budget);

}  // namespace tribunal::reports
