// Rate and latency in equal slices of time, over the whole run, however long it is.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "reports/page_data.h"

namespace tribunal::reports {
namespace {

using history::EventType;
using history::History;

double milliseconds_at(const std::vector<std::int64_t>& sorted, std::size_t percent) {
  const std::size_t rank = (sorted.size() * percent + 99) / 100;
  return static_cast<double>(sorted[std::max<std::size_t>(rank, 1) - 1] / 1000) / 1e3;
}

}  // namespace

Json bins_json(const History& history, const Axis& axis, std::size_t bins) {
  const std::int64_t span = std::max<std::int64_t>(axis.end() - axis.start(), 1);
  const std::int64_t step = span / static_cast<std::int64_t>(bins) + 1;
  std::vector<std::uint64_t> counts[3];
  for (auto& column : counts) column.assign(bins, 0);
  std::vector<std::vector<std::int64_t>> latencies(bins);
  for (std::uint32_t i = 0; i < history.size(); ++i) {
    if (history.process(i) == history::Process::nemesis) continue;
    if (history.type(i) != EventType::invoke) continue;
    const history::Operation op = history.operation(i);
    const auto bin = static_cast<std::size_t>((axis.at(i) - axis.start()) / step);
    ++counts[op.outcome == EventType::ok ? 0 : op.outcome == EventType::fail ? 1 : 2][bin];
    if (op.outcome == EventType::ok) latencies[bin].push_back(axis.at(op.completion) - axis.at(i));
  }
  Json out = {{"step", step}, {"ok", counts[0]}, {"fail", counts[1]}, {"info", counts[2]}};
  for (const auto& [name, percent] : {std::pair{"p50", 50}, {"p99", 99}}) {
    Json column = Json::array();
    for (auto& sample : latencies) {
      std::sort(sample.begin(), sample.end());
      column.push_back(sample.empty() || !axis.timed()
                           ? Json(nullptr)
                           : Json(milliseconds_at(sample, static_cast<std::size_t>(percent))));
    }
    out[name] = column;
  }
  return out;
}

}  // namespace tribunal::reports
