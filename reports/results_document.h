// results.json as a tree, for the file and for the copy inside the page.
#pragma once

#include <cstddef>
#include <limits>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "reports/report.h"

namespace tribunal::reports {

using Json = nlohmann::ordered_json;

// How much of unbounded lists goes in. What is left out is counted in "left_out" of the enclosing
// object.
struct DocumentLimits {
  std::size_t anomalies = std::numeric_limits<std::size_t>::max();   // of one check
  std::size_t operations = std::numeric_limits<std::size_t>::max();  // of one anomaly
  std::size_t steps = std::numeric_limits<std::size_t>::max();       // of one anomaly
  std::size_t list =
      std::numeric_limits<std::size_t>::max();  // phases, protocol findings, functions
  std::size_t text = std::numeric_limits<std::size_t>::max();  // bytes of one string
};

Json results_document(const Results& results, const Measurements& measured,
                      const history::History& history, Timing timing,
                      const DocumentLimits& limits = {});

// Never fails: bytes that are not UTF-8 become U+FFFD.
std::string dump(const Json& document, int indent = -1);

Json validity_json(checker::Validity validity);  // true, false or "unknown"

}  // namespace tribunal::reports
