// Counts, latencies and availability, measured from the history alone.
#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <string_view>

#include "reports/core_view.h"
#include "reports/faults.h"
#include "reports/report.h"

namespace tribunal::reports {
namespace {

using history::EventType;
using history::History;
using history::Operation;

void count(Counts& counts, EventType outcome) {
  if (outcome == EventType::ok) {
    ++counts.ok;
  } else if (outcome == EventType::fail) {
    ++counts.fail;
  } else {
    ++counts.info;
  }
}

Counts sum(const std::vector<Phase>& phases, bool faulty) {
  Counts total;
  for (const Phase& phase : phases) {
    if (phase.faults.empty() == faulty) continue;
    total.ok += phase.counts.ok;
    total.fail += phase.counts.fail;
    total.info += phase.counts.info;
  }
  return total;
}

double milliseconds_of(std::int64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1e6; }

// Nearest rank: the smallest latency that at least `permille` of the sample does not exceed.
double quantile(std::span<const std::int64_t> sorted, std::uint64_t permille) {
  const std::uint64_t rank = (sorted.size() * permille + 999) / 1000;
  return milliseconds_of(sorted[std::max<std::uint64_t>(rank, 1) - 1]);
}

Quantiles quantiles(std::vector<std::int64_t>& latencies) {
  if (latencies.empty()) return {};
  std::sort(latencies.begin(), latencies.end());
  return {quantile(latencies, 500), quantile(latencies, 950), quantile(latencies, 990),
          quantile(latencies, 999), milliseconds_of(latencies.back())};
}

bool has_time(Time time) { return time != Time::min(); }

// Walks over the events once and cuts a new phase wherever a fault starts or stops.
class PhaseCutter {
 public:
  PhaseCutter(const History& history, const FaultLog& log) : history_(history), spans_(log.spans) {
    for (std::size_t i = 0; i < spans_.size(); ++i) {
      cuts_.push_back({spans_[i].start, i, true});
      if (spans_[i].end != history::no_event) cuts_.push_back({spans_[i].end, i, false});
    }
    std::sort(cuts_.begin(), cuts_.end());
  }

  std::vector<Phase> phases() {
    begin(0);
    std::size_t next = 0;
    for (std::uint32_t i = 0; i < history_.size(); ++i) {
      const bool cut = next < cuts_.size() && cuts_[next].event == i;
      for (; next < cuts_.size() && cuts_[next].event == i; ++next) apply(cuts_[next]);
      if (cut) {
        end(i);
        begin(i);
      }
      if (history_.process(i) == history::Process::nemesis) continue;
      if (history_.type(i) == EventType::invoke) {
        count(current_.counts, history_.operation(i).outcome);
      }
    }
    end(history_.empty() ? 0 : static_cast<std::uint32_t>(history_.size() - 1));
    return std::move(phases_);
  }

 private:
  struct Cut {
    std::uint32_t event;
    std::size_t span;
    bool starts;
    friend auto operator<=>(const Cut&, const Cut&) = default;
  };

  void apply(const Cut& cut) {
    if (cut.starts) {
      active_.insert(cut.span);
    } else {
      active_.erase(cut.span);
    }
  }

  Time time_at(std::uint32_t event) const {
    const Time time = event < history_.size() ? history_.time(event) : Time{};
    return has_time(time) ? time : Time{};
  }

  void begin(std::uint32_t event) {
    current_ = Phase{};
    current_.start = time_at(event);
    for (std::size_t i : active_) current_.faults.push_back(spans_[i].label());
  }

  // Faults that start or stop together leave phases of no length behind: nothing to report.
  void end(std::uint32_t event) {
    current_.end = std::max(time_at(event), current_.start);
    if (current_.end > current_.start || current_.counts.total() > 0) phases_.push_back(current_);
  }

  const History& history_;
  const std::vector<FaultSpan>& spans_;
  std::vector<Cut> cuts_;
  std::set<std::size_t> active_;
  Phase current_;
  std::vector<Phase> phases_;
};

void measure_operations(const History& history, Measurements& measured) {
  std::vector<std::int64_t> all;
  std::map<std::string, std::vector<std::int64_t>> by_f;
  for (std::uint32_t i = 0; i < history.size(); ++i) {
    if (has_time(history.time(i))) measured.timed = true;
    if (history.process(i) == history::Process::nemesis) continue;
    if (history.type(i) != EventType::invoke) continue;
    const Operation operation = history.operation(i);
    const std::string& f = history.name(operation.f);
    count(measured.all, operation.outcome);
    count(measured.by_f[f], operation.outcome);
    if (operation.outcome != EventType::ok) continue;
    const Time end = history.time(operation.completion);
    if (!has_time(history.time(i)) || !has_time(end)) continue;
    all.push_back((end - history.time(i)).count());
    by_f[f].push_back(all.back());
  }
  measured.latency = quantiles(all);
  for (auto& [f, latencies] : by_f) measured.latency_by_f[f] = quantiles(latencies);
}

// A lost update is a conflict between two writers, not a loss of something acknowledged and left
// alone.
bool means_loss(std::string_view kind) {
  return kind.starts_with("lost ") && kind != "lost update";
}

// One reader, two readers, or a reader and a writer: each time somebody was shown the past.
bool means_stale(std::string_view kind) {
  return kind == "stale read" || kind == "non-monotonic read" || kind == "new-old inversion";
}

void measure_harm(const History& history, const Results& results, Measurements& measured) {
  std::set<std::uint32_t> lost;
  std::set<std::uint32_t> stale;
  for (const checker::Check& check : results.checks) {
    for (const checker::Anomaly& anomaly : check.anomalies) {
      if (means_loss(anomaly.kind)) {
        for (std::uint32_t i : unseen_updates(history, anomaly.operations)) lost.insert(i);
      }
      if (!means_stale(anomaly.kind)) continue;
      const auto read = offending_operation(history, anomaly, proof_of(check, anomaly));
      if (read) stale.insert(*read);
    }
  }
  measured.lost_acknowledged = lost.size();
  measured.stale_reads = stale.size();
}

}  // namespace

Counts Measurements::healthy() const { return sum(phases, false); }
Counts Measurements::faulty() const { return sum(phases, true); }

Measurements measure(const History& history, const Results& results) {
  Measurements measured;
  measure_operations(history, measured);
  measured.phases = PhaseCutter(history, fault_log(history)).phases();
  measure_harm(history, results, measured);
  return measured;
}

}  // namespace tribunal::reports
