// Spelling for people: see present.h. Integer arithmetic wherever the result is compared by
// replays.
#include "reports/present.h"

#include <fmt/format.h>

#include "base/text.h"

namespace tribunal::reports {

using checker::Validity;
using history::EventType;
using history::History;
using history::Operation;
using history::Value;

std::string show_count(std::uint64_t n) {
  std::string digits = std::to_string(n);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

std::string show_counted(std::uint64_t n, std::string_view noun) {
  return fmt::format("{} {}{}", show_count(n), noun, n == 1 ? "" : "s");
}

std::string show_share(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "-";
  const auto hundredths =
      static_cast<std::uint64_t>(static_cast<unsigned __int128>(part) * 10'000 / whole);
  if (hundredths % 100 == 0) return fmt::format("{} %", hundredths / 100);
  return fmt::format("{}.{:02} %", hundredths / 100, hundredths % 100);
}

std::string show_milliseconds(double ms) {
  if (ms >= 10'000) return fmt::format("{:.1f} s", ms / 1000);
  if (ms >= 1'000) return fmt::format("{:.2f} s", ms / 1000);
  if (ms >= 100) return fmt::format("{:.0f} ms", ms);
  if (ms >= 10) return fmt::format("{:.1f} ms", ms);
  if (ms >= 1) return fmt::format("{:.2f} ms", ms);
  return fmt::format("{:.3f} ms", ms);
}

std::string show_seconds(Time time) {
  if (time == Time::min()) return "-";
  const bool negative = time.count() < 0;
  const std::uint64_t size = negative ? 0 - static_cast<std::uint64_t>(time.count())
                                      : static_cast<std::uint64_t>(time.count());
  const std::uint64_t micros = (size + 500) / 1000;  // rounded, as checkers spell times
  return fmt::format("{}{}.{:06}", negative ? "-" : "", micros / 1'000'000, micros % 1'000'000);
}

std::string show_instant(Time time) {
  return time == Time::min() ? "-" : show_seconds(time) + " s";
}

std::string show_span(Duration duration) {
  const std::int64_t ms = duration.count() / 1'000'000;
  if (ms < 1000) return fmt::format("{} ms", ms);
  if (ms < 120'000) {
    return ms % 1000 == 0 ? fmt::format("{} s", ms / 1000)
                          : fmt::format("{}.{} s", ms / 1000, ms % 1000 / 100);
  }
  const std::int64_t s = ms / 1000;
  return s % 60 == 0 ? fmt::format("{} min", s / 60) : fmt::format("{} min {} s", s / 60, s % 60);
}

std::string_view verdict_word(Validity validity) {
  switch (validity) {
    case Validity::valid:
      return "HOLDS";
    case Validity::invalid:
      return "VIOLATED";
    case Validity::unknown:
      break;
  }
  return "UNDECIDED";
}

std::string headline(const Results& results) {
  const std::string models =
      results.expected.empty() ? "consistency" : join(results.expected, ", ");
  switch (results.valid) {
    case Validity::valid:
      return models + " holds for this history";
    case Validity::invalid:
      break;
    case Validity::unknown:
      if (!results.failure.empty()) return "the run failed; " + models + " could not be decided";
      return models + " could not be decided";
  }
  std::vector<std::string> violated;
  for (const std::string& model : results.expected) {
    const auto found = results.models.find(model);
    if (found != results.models.end() && found->second == Validity::invalid)
      violated.push_back(model);
  }
  return (violated.empty() ? models : join(violated, ", ")) + " is violated";
}

std::string clip(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return std::string(text);
  std::size_t cut = limit;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xc0U) == 0x80U) --cut;
  return fmt::format("{}... ({} more bytes)", text.substr(0, cut), text.size() - cut);
}

std::string show_value(const Value& value, std::size_t limit) {
  return clip(value.kind() == Value::Kind::string ? value.text() : value.show(), limit);
}

std::string show_operation_value(const History& history, const Operation& operation,
                                 std::size_t limit) {
  const bool returned =
      operation.outcome == EventType::ok && !(operation.returned == operation.invoked);
  const Value asked = history.value(operation.invoked);
  if (!returned)
    return history.value(operation.invoked).is_nil() && operation.outcome != EventType::ok
               ? ""
               : show_value(asked, limit);
  const std::string got = show_value(history.value(operation.returned), limit);
  return asked.is_nil() ? got : show_value(asked, limit) + " -> " + got;
}

std::string node_of(const History& history, const Operation& operation) {
  std::uint16_t node = history.event(operation.invocation).node;
  if (node == history::no_node && operation.completion != history::no_event) {
    node = history.event(operation.completion).node;
  }
  return node == history::no_node ? "" : "n" + std::to_string(node + 1);
}

std::vector<std::string> run_clauses(const RunInfo& run) {
  std::vector<std::string> clauses;
  if (!run.mode.empty()) clauses.push_back(run.mode);
  if (!run.workload.empty()) clauses.push_back("workload " + run.workload);
  if (!run.nemesis.empty()) clauses.push_back("nemesis " + run.nemesis);
  if (!run.cluster.empty()) clauses.push_back("cluster " + run.cluster);
  if (!run.latency.empty()) clauses.push_back("latency " + run.latency);
  if (run.nodes > 0) clauses.push_back(show_counted(run.nodes, "node"));
  if (run.concurrency > 0) clauses.push_back(show_counted(run.concurrency, "client"));
  if (run.length > Duration{}) clauses.push_back(show_duration(run.length));
  if (run.source == "run") clauses.push_back("seed " + std::to_string(run.seed));
  return clauses;
}

}  // namespace tribunal::reports
