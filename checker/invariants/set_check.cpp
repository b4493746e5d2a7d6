// The check named "set": turns an analysis into anomalies with their sentences.
#include <algorithm>

#include <fmt/format.h>

#include "checker/invariants/set_analysis.h"

namespace tribunal::checker::invariants {
namespace {

using checker::Anomaly;
using checker::Check;
using checker::Harm;
using checker::Validity;
using Finding = SetAnalysis::Finding;
using Findings = std::vector<Finding>;

constexpr std::size_t most_anomalies = 20;  // of one kind; the counts are always exact

// "#{1..5 9}": long lists of integers stay readable.
std::string show_elements(const Findings& findings) {
  std::vector<history::Value> values;
  for (const Finding& finding : findings) values.push_back(finding.element);
  std::sort(values.begin(), values.end());
  std::string out = "#{";
  for (std::size_t i = 0; i < values.size();) {
    std::size_t last = i;
    while (last + 1 < values.size() && values[i].is_integer() && values[last + 1].is_integer() &&
           values[last + 1].as_integer() == values[last].as_integer() + 1) {
      ++last;
    }
    if (out.size() > 400) return out + " ...}";
    out += (i == 0 ? "" : " ") + values[i].show();
    if (last > i) out += (last == i + 1 ? " " : "..") + values[last].show();
    i = last + 1;
  }
  return out + "}";
}

class Report {
 public:
  Report(const SetAnalysis& analysis, Check& check) : analysis_(analysis), check_(check) {}

  // One anomaly a finding while there are few; `what` makes its sentence.
  template <class Sentence>
  void each(const char* kind, Harm harm, const Findings& findings, Sentence sentence) {
    for (std::size_t i = 0; i < findings.size() && i < most_anomalies; ++i) {
      const Finding& finding = findings[i];
      add(kind, harm, {finding.add, finding.witness, finding.read}, sentence(finding));
      if (i + 1 == most_anomalies && findings.size() > most_anomalies) {
        check_.anomalies.back().explanation +=
            fmt::format(" {} more elements like it are left out: {} in all.",
                        findings.size() - most_anomalies, show_elements(findings));
      }
    }
  }

  // The first loss by itself; then all of them together, so that each is counted.
  void losses() {
    const Findings& lost = analysis_.lost;
    if (lost.empty()) return;
    add("lost element", Harm::integrity, {lost[0].add, lost[0].read},
        fmt::format(
            "Element {} was acknowledged, yet a read of the set that began later does not contain "
            "it, nor does any read after that.",
            lost[0].element.show()));
    if (lost.size() == 1) return;
    std::vector<std::uint32_t> all;
    for (const Finding& finding : lost) {
      all.push_back(finding.add);
      all.push_back(finding.read);
    }
    std::string text = fmt::format("{} of {} acknowledged elements are gone for good: {}.",
                                   lost.size(), analysis_.acknowledged, show_elements(lost));
    if (!analysis_.recovered.empty()) {
      text +=
          fmt::format(" (Besides, {} elements are there although their add was never answered.)",
                      analysis_.recovered.size());
    }
    add("lost element", Harm::integrity, std::move(all), std::move(text));
  }

 private:
  void add(const char* kind, Harm harm, std::vector<std::uint32_t> operations,
           std::string explanation) {
    std::erase(operations, history::no_event);
    std::sort(operations.begin(), operations.end());
    operations.erase(std::unique(operations.begin(), operations.end()), operations.end());
    Anomaly anomaly;
    anomaly.kind = kind;
    anomaly.harm = harm;
    anomaly.operations = std::move(operations);
    anomaly.explanation = std::move(explanation);
    check_.anomalies.push_back(std::move(anomaly));
  }

  const SetAnalysis& analysis_;
  Check& check_;
};

void describe(const SetAnalysis& analysis, Check& check) {
  Report report(analysis, check);
  report.losses();
  report.each("lost element", Harm::integrity, analysis.vanished, [](const Finding& f) {
    return fmt::format(
        "A read showed element {}, a read that began after it had ended does not, and no "
        "later read shows it again. Its add was never acknowledged.",
        f.element.show());
  });
  report.each("stale read", Harm::timeliness, analysis.stale, [](const Finding& f) {
    if (f.removed) {
      return fmt::format(
          "The removal of element {} was acknowledged before this read began, yet the read shows "
          "it. A later read does not, so it did not come back for good.",
          f.element.show());
    }
    return fmt::format(
        "Element {} was known to be in the set before this read began, yet the read lacks "
        "it. Another read shows it again, so it was not lost.",
        f.element.show());
  });
  report.each("resurrected element", Harm::integrity, analysis.resurrected, [](const Finding& f) {
    return fmt::format(
        "The removal of element {} was acknowledged and nobody added it again, yet a read that "
        "began later shows it, and no read after that one is without it.",
        f.element.show());
  });
  report.each("new-old inversion", Harm::timeliness, analysis.inverted, [](const Finding& f) {
    return fmt::format(
        "A read lacks element {}, but shows an element whose add began only when {} was known to "
        "be "
        "in the set.",
        f.element.show(), f.element.show());
  });
  report.each("duplicate", Harm::integrity, analysis.duplicated, [](const Finding& f) {
    return fmt::format("One read shows element {} more than once.", f.element.show());
  });
  report.each("phantom value", Harm::integrity, analysis.unexpected, [](const Finding& f) {
    const char* why = f.add == history::no_event ? "which nobody ever added"
                                                 : "although its add had failed or had not begun";
    return fmt::format("A read shows element {}, {}.", f.element.show(), why);
  });
}

}  // namespace

Check check_set(const history::History& history) {
  const SetAnalysis analysis = analyse_set(history);
  Check check;
  check.name = "set";
  check.model = "set";
  check.algorithm = "set-full";
  check.operations = analysis.attempted + analysis.reads.size();
  check.steps = check.operations;
  describe(analysis, check);
  if (!check.anomalies.empty()) {
    check.validity = Validity::invalid;
  } else if (analysis.reads.empty()) {
    check.validity = Validity::unknown;
    check.reason = fmt::format(
        "no read of the set succeeded, so {} acknowledged elements could not be "
        "looked for",
        analysis.acknowledged);
  } else {
    check.validity = Validity::valid;
  }
  // Staleness is allowed of a set that is only eventually consistent; loss is not.
  const bool harmed = std::any_of(check.anomalies.begin(), check.anomalies.end(),
                                  [](const Anomaly& a) { return a.harm == Harm::integrity; });
  const bool judged = check.validity != Validity::unknown;
  check.verdicts = {{"set", harmed   ? Validity::invalid
                            : judged ? Validity::valid
                                     : Validity::unknown}};
  if (check.validity != Validity::valid) {
    check.verdicts.emplace_back("linearizable", check.validity);
  }
  return check;
}

}  // namespace tribunal::checker::invariants
