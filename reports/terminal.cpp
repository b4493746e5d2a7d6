// What a person sees after a run. Everything that comes from a history or a store is quoted first,
// so that no value can move the cursor, change colours or reverse the line.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "reports/core_view.h"
#include "reports/present.h"
#include "reports/report.h"
#include "reports/table.h"

namespace tribunal::reports {
namespace {

using checker::Validity;
using history::EventType;
using history::History;
using history::Operation;

constexpr std::size_t shown_anomalies = 3;
constexpr std::size_t shown_operations = 12;
constexpr std::size_t shown_findings = 3;
constexpr std::size_t label_width = 14;
constexpr std::size_t prose_limit = 1200;

Ink ink_of(Validity validity) {
  return validity == Validity::valid     ? Ink::green
         : validity == Validity::invalid ? Ink::red
                                         : Ink::yellow;
}

std::string shares(const Counts& counts) {
  return fmt::format("{} ok, {} failed, {} unknown", show_count(counts.ok), show_count(counts.fail),
                     show_count(counts.info));
}

class Summary {
 public:
  Summary(const Results& results, const History& history, bool color)
      : results_(results), history_(history), measured_(measure(history, results)), color_(color) {}

  std::string text(const std::string& report_path) {
    verdict();
    failure();
    what_ran();
    numbers();
    models();
    undecided();
    anomalies();
    protocol();
    last_lines(report_path);
    return std::move(out_);
  }

 private:
  void line(std::string_view text) {
    out_ += text;
    out_ += '\n';
  }

  // "  Label         text that wraps under itself"
  void fact(std::string_view label, std::string_view text) {
    const std::string head = fmt::format("  {:<{}}", label, label_width);
    out_ += paint(head, Ink::faint, color_);
    line(wrap(text, head.size(), std::string(head.size(), ' ')));
  }

  void paragraph(std::string_view text) { line("   " + wrap(text, 3, "   ")); }

  void verdict() {
    const std::string head = results_.valid == Validity::valid     ? "PROMISE KEPT"
                             : results_.valid == Validity::invalid ? "PROMISE BROKEN"
                                                                   : "UNDECIDED";
    out_ += paint(head, ink_of(results_.valid), color_);
    const std::string rest = ": " + quote(headline(results_), prose_limit);
    line(paint(wrap(rest, head.size(), "  "), Ink::bold, color_));
    line("");
  }

  void failure() {
    if (results_.failure.empty()) return;
    line(paint("The cluster itself broke, which says nothing about the store:", Ink::red, color_));
    for (const std::string& one : split(results_.failure, '\n'))
      if (!one.empty()) line("  " + quote(one, prose_limit));
    line("");
  }

  void what_ran() {
    if (!results_.run.name.empty()) fact("name", quote(results_.run.name, 160));
    const std::vector<std::string> clauses = run_clauses(results_.run);
    if (!clauses.empty()) fact("run", quote(join(clauses, "; "), 600));
  }

  void numbers() {
    fact("operations",
         fmt::format("{}: {}", show_count(measured_.all.total()), shares(measured_.all)));
    const Counts healthy = measured_.healthy();
    const Counts faulty = measured_.faulty();
    std::string available = show_share(measured_.all.ok, measured_.all.total()) + " ok";
    if (faulty.total() > 0) {
      available = fmt::format("{} ok while healthy, {} ok under faults",
                              show_share(healthy.ok, healthy.total()),
                              show_share(faulty.ok, faulty.total()));
    }
    fact("availability", available);
    const Quantiles& q = measured_.latency;
    if (!measured_.latency_by_f.empty()) {
      fact("latency", fmt::format("p50 {}, p95 {}, p99 {}, max {}", show_milliseconds(q.p50),
                                  show_milliseconds(q.p95), show_milliseconds(q.p99),
                                  show_milliseconds(q.max)));
    }
    if (measured_.lost_acknowledged + measured_.stale_reads == 0) return;
    fact("harm",
         fmt::format("{} lost, {}", show_counted(measured_.lost_acknowledged, "acknowledged write"),
                     show_counted(measured_.stale_reads, "stale read")));
  }

  void models() {
    for (const Validity validity : {Validity::invalid, Validity::unknown, Validity::valid}) {
      std::vector<std::string> names;
      for (const auto& [model, its] : results_.models) {
        if (its == validity) names.push_back(model);
      }
      if (names.empty()) continue;
      const std::string_view label = validity == Validity::invalid   ? "violated"
                                     : validity == Validity::unknown ? "undecided"
                                                                     : "holds";
      fact(label, quote(join(names, ", "), prose_limit));
    }
    line("");
  }

  void undecided() {
    for (const checker::Check& check : results_.checks) {
      if (check.validity != Validity::unknown) continue;
      const std::string reason = check.reason.empty() ? "no reason was given" : check.reason;
      line(wrap(fmt::format("Not decided: {} ({}): {}", quote(check.name, 60),
                            quote(check.model, 60), quote(reason, prose_limit)),
                0, "   "));
      line("");
    }
  }

  void anomalies() {
    std::size_t total = 0;
    for (const checker::Check& check : results_.checks) {
      for (const checker::Anomaly& anomaly : check.anomalies) {
        if (++total <= shown_anomalies) one_anomaly(total, check, anomaly);
      }
    }
    if (total > shown_anomalies) {
      line(fmt::format("... and {} more anomalies", show_count(total - shown_anomalies)));
      line("");
    }
  }

  void one_anomaly(std::size_t number, const checker::Check& check,
                   const checker::Anomaly& anomaly) {
    std::string title = fmt::format("{}. {}", number, quote(anomaly.kind, 40));
    if (anomaly.has_key)
      title += " of key " + quote(show_value(history_.value(anomaly.key), 30), 30);
    const std::string note = fmt::format(" ({}{})",
                                         anomaly.harm == checker::Harm::integrity
                                             ? "integrity: waiting would not have cured it"
                                             : "timeliness: waiting would have cured it",
                                         anomaly.minimal ? "; the core is minimal" : "");
    line(paint(title, Ink::red, color_) + wrap(note, width(title), "   "));
    paragraph(quote(anomaly.explanation, prose_limit));
    line("");
    core_table(check, anomaly);
    line("");
  }

  void core_table(const checker::Check& check, const checker::Anomaly& anomaly) {
    const auto offending = offending_operation(history_, anomaly, proof_of(check, anomaly));
    std::vector<std::vector<std::string>> rows{
        {"client", "node", "operation", "value", "start (s)", "end (s)", ""}};
    for (std::uint32_t invocation : anomaly.operations) {
      if (rows.size() > shown_operations || invocation >= history_.size()) break;
      rows.push_back(row(invocation));
      if (invocation == offending) rows.back().back() = "<- impossible";
    }
    drop_empty_column(rows, 1);
    const std::vector<std::string> lines = align(rows);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const bool marked = lines[i].ends_with("<- impossible");
      line("   " + paint(lines[i], i == 0 ? Ink::faint : marked ? Ink::red : Ink::plain, color_));
    }
    const std::size_t missing = anomaly.operations.size() - (rows.size() - 1);
    if (missing > 0)
      line(fmt::format("   ... and {} more operation{}", show_count(missing),
                       missing == 1 ? "" : "s"));
  }

  std::vector<std::string> row(std::uint32_t invocation) const {
    const Operation operation = history_.operation(invocation);
    const std::string value = quote(show_operation_value(history_, operation, 200), 200);
    const bool ended = operation.completion != history::no_event;
    std::string end = "unknown";
    if (operation.outcome != EventType::info && ended) {
      end = show_seconds(history_.time(operation.completion));
    }
    const bool failed = operation.outcome == EventType::fail;
    return {std::to_string(index(operation.process)),
            node_of(history_, operation),
            shorten(quote(history_.name(operation.f), 40), 10),
            shorten(failed ? "(failed) " + value : value, 22),
            show_seconds(history_.time(invocation)),
            end,
            ""};
  }

  static void drop_empty_column(std::vector<std::vector<std::string>>& rows, std::size_t column) {
    for (std::size_t i = 1; i < rows.size(); ++i) {
      if (!rows[i][column].empty()) return;
    }
    for (auto& row : rows) row.erase(row.begin() + static_cast<std::ptrdiff_t>(column));
  }

  void protocol() {
    const auto& findings = results_.protocol;
    if (findings.empty()) return;
    line(paint(
        fmt::format("The store broke its own protocol {}:", show_counted(findings.size(), "time")),
        Ink::red, color_));
    for (std::size_t i = 0; i < std::min(findings.size(), shown_findings); ++i) {
      const ProtocolFinding& f = findings[i];
      paragraph(fmt::format("{} at {}: {}: {}", quote(f.node, 40), show_instant(f.at),
                            quote(f.property, 80), quote(f.detail, 300)));
    }
    if (findings.size() > shown_findings) {
      line(fmt::format("   ... and {} more", show_count(findings.size() - shown_findings)));
    }
    line("");
  }

  // Whole lines to copy: never wrapped or shortened.
  void last_lines(const std::string& report_path) {
    constexpr std::size_t unlimited = std::size_t{1} << 20;
    if (!report_path.empty()) line("report: " + quote(report_path, unlimited));
    if (!results_.run.replay.empty()) line("replay: " + quote(results_.run.replay, unlimited));
  }

  const Results& results_;
  const History& history_;
  Measurements measured_;
  bool color_;
  std::string out_;
};

}  // namespace

std::string terminal_summary(const Results& results, const History& history,
                             const std::string& report_path, bool color) {
  return Summary(results, history, color).text(report_path);
}

}  // namespace tribunal::reports
