// One fault as text fields, the way a scenario's [[fault]] tables write it, without knowing TOML.
//
//   kind = "partition", start = "10s", end = "20s", targets = "leader"
//   targets: a shape of docs/nemeses.md, nodes "n1,n2", or a grudge "n1<n2 n3; n2<n1" (n1 hears
//   nothing from n2 and n3). Other fields: delay, loss, duplicate, reorder, window, bandwidth
//   (links), corrupt (per cent), amount (clock-step, clock-strobe, disk-slow, slow-close), rate in
//   ppm (clock-rate), period (clock-strobe, crash-loop).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "nemesis/schedule.h"

namespace tribunal::nemesis {

// Errors name the field, what was expected and what was found. `nodes`: how many the cluster has.
Result<Fault> make_fault(const std::map<std::string, std::string>& fields, std::uint16_t nodes);

// make_fault(fields_of(fault), nodes) == fault for every fault that make_fault can return.
std::map<std::string, std::string> fields_of(const Fault& fault);

// "20%", "0.5%", "20": per cent with at most four decimals, as parts per million.
Result<std::uint32_t> parse_percent(std::string_view text);
std::string show_percent(std::uint32_t ppm);

}  // namespace tribunal::nemesis
