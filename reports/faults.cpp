// Pairs the starts and stops in the nemesis's events.
#include "reports/faults.h"

#include <optional>
#include <string_view>

namespace tribunal::reports {
namespace {

using history::History;
using history::Value;

enum class Turn { start, stop, instant };
struct Reading {
  Turn turn;
  std::string kind;
};

Reading read_name(const std::string& f) {
  const std::string_view name = f;
  if (name.starts_with("start-")) return {Turn::start, std::string(name.substr(6))};
  if (name.starts_with("stop-")) return {Turn::stop, std::string(name.substr(5))};
  if (name == "start") return {Turn::start, "fault"};
  if (name == "stop") return {Turn::stop, "fault"};
  if (name == "pause") return {Turn::start, "pause"};
  if (name == "resume") return {Turn::stop, "pause"};
  return {Turn::instant, f};
}

std::string detail_of(const History& history, const history::Event& event) {
  if (event.value.is_nil()) return "";
  const Value value = history.value(event.value);
  return value.kind() == Value::Kind::string ? value.text() : value.show();
}

class Pairing {
 public:
  explicit Pairing(FaultLog& log) : log_(log) {}

  void start(const std::string& kind, const std::string& detail, std::uint32_t event) {
    for (std::size_t i : active_) {
      FaultSpan& span = log_.spans[i];
      if (span.kind == kind && span.detail.empty()) {
        span.detail = detail;
        return;
      }
    }
    active_.push_back(log_.spans.size());
    log_.spans.push_back({kind, detail, event});
  }

  void stop(const std::string& kind, const std::string& detail, std::uint32_t event) {
    const std::optional<std::size_t> exact = find(kind, detail);
    std::vector<std::size_t> still_active;
    for (std::size_t i : active_) {
      FaultSpan& span = log_.spans[i];
      const bool ends = exact ? i == *exact : span.kind == kind;
      if (ends) {
        span.end = event;
      } else {
        still_active.push_back(i);
      }
    }
    active_ = std::move(still_active);
  }

 private:
  std::optional<std::size_t> find(const std::string& kind, const std::string& detail) const {
    if (detail.empty()) return std::nullopt;
    for (std::size_t i : active_) {
      if (log_.spans[i].kind == kind && log_.spans[i].detail == detail) return i;
    }
    return std::nullopt;
  }

  FaultLog& log_;
  std::vector<std::size_t> active_;
};

}  // namespace

FaultLog fault_log(const History& history) {
  FaultLog log;
  Pairing pairing(log);
  for (std::uint32_t i = 0; i < history.size(); ++i) {
    if (history.process(i) != history::Process::nemesis) continue;
    const history::Event event = history.event(i);
    const Reading reading = read_name(history.name(event.f));
    const std::string detail = detail_of(history, event);
    if (reading.turn == Turn::start) {
      pairing.start(reading.kind, detail, i);
    } else if (reading.turn == Turn::stop) {
      pairing.stop(reading.kind, detail, i);
    } else {
      log.instants.push_back({i, detail.empty() ? reading.kind : reading.kind + " " + detail});
    }
  }
  return log;
}

}  // namespace tribunal::reports
