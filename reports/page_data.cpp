// What the page draws beyond the results: see page_data.h.
#include "reports/page_data.h"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "checker/invariants/invariants.h"
#include "checker/models.h"
#include "reports/core_view.h"
#include "reports/present.h"

namespace tribunal::reports {
namespace {

using checker::Anomaly;
using checker::Check;
using checker::KeyProof;
using checker::Validity;
using history::Event;
using history::EventType;
using history::History;
using history::no_event;
using history::Operation;

constexpr std::size_t shown_prefix = 8;  // last operations of the longest order
constexpr std::size_t shown_edges = 80;
constexpr std::size_t shown_kinds = 20;
constexpr std::size_t shown_undecided = 20;

class PageWriter {
 public:
  PageWriter(const Results& results, const History& history, const Axis& axis,
             const PageLimits& limits)
      : results_(results), history_(history), axis_(axis), limits_(limits) {}

  Json document(const FaultLog& faults) {
    Json out = Json::object();
    out["timed"] = axis_.timed();
    out["start"] = axis_.start();
    out["end"] = axis_.end();
    out["headline"] = text(headline(results_));
    out["run"] = Json::array();
    for (const std::string& clause : run_clauses(results_.run)) out["run"].push_back(text(clause));
    out["scenario"] = clip(results_.run.scenario, limits_.scenario);
    out["replay"] = clip(results_.run.replay, limits_.scenario);
    out["concurrency"] = results_.run.concurrency;
    out["promises"] = promises();
    out["stories"] = stories();
    out["found"] = found();
    out["undecided"] = undecided();
    out["faults"] = spans(faults);
    out["instants"] = instants(faults);
    out["marks"] = marks();
    out["operations"] = details();
    out["left_out"] = left_out_;
    return out;
  }

 private:
  std::string text(const std::string& s) const { return clip(s, limits_.text); }

  // What each model that is mentioned promises, in one sentence.
  Json promises() const {
    Json out = Json::object();
    const auto mention = [&](const std::string& name, const std::string& promise) {
      const bool expected = std::find(results_.expected.begin(), results_.expected.end(), name) !=
                            results_.expected.end();
      if (expected || results_.models.count(name) != 0) out[name] = promise;
    };
    for (const auto& model : checker::consistency_models()) mention(model.name, model.promise);
    for (const auto& invariant : checker::invariants::promises())
      mention(invariant.name, invariant.promise);
    return out;
  }

  // How many anomalies of each kind; kinds are few, but a history could name them.
  Json found() const {
    Json out = Json::object();
    for (const Check& check : results_.checks) {
      for (const Anomaly& anomaly : check.anomalies) {
        const std::string kind = clip(anomaly.kind, 80);
        const bool room = out.contains(kind) || out.size() < shown_kinds;
        const std::string label = room ? kind : "other";
        out[label] = out.value(label, 0) + 1;
      }
    }
    return out;
  }

  Json stories() {
    Json out = Json::array();
    std::size_t skipped = 0;
    for (std::size_t c = 0; c < results_.checks.size(); ++c) {
      const Check& check = results_.checks[c];
      for (std::size_t a = 0; a < check.anomalies.size(); ++a) {
        if (out.size() < limits_.stories) {
          out.push_back(story(c, a));
        } else {
          ++skipped;
        }
      }
    }
    if (skipped > 0) {
      leave_out(show_count(skipped) + " further " + (skipped == 1 ? "anomaly" : "anomalies") +
                " without a picture; results.json lists every one");
    }
    return out;
  }

  Json story(std::size_t c, std::size_t a) {
    const Check& check = results_.checks[c];
    const Anomaly& anomaly = check.anomalies[a];
    const KeyProof* proof = proof_of(check, anomaly);
    const std::vector<std::uint32_t> core = first_operations(anomaly.operations);
    Json out = Json::object();
    out["check"] = text(check.name);
    out["model"] = text(check.model);
    out["kind"] = text(anomaly.kind);
    out["harm"] = checker::name(anomaly.harm);
    if (anomaly.has_key) out["key"] = show_value(history_.value(anomaly.key), limits_.text);
    out["minimal"] = anomaly.minimal;
    out["explanation"] = text(anomaly.explanation);
    out["steps"] = Json::array();
    for (const std::string& step : anomaly.steps) {
      if (out["steps"].size() < limits_.core_operations) out["steps"].push_back(text(step));
    }
    out["size"] = anomaly.operations.size();
    out["core"] = mention(core);
    if (const auto offending = offending_operation(history_, anomaly, proof))
      out["offending"] = *offending;
    out["edges"] = edges(core);
    if (proof != nullptr) out["proof"] = proof_json(*proof);
    return out;
  }

  std::vector<std::uint32_t> first_operations(const std::vector<std::uint32_t>& core) const {
    const std::size_t count = std::min(core.size(), limits_.core_operations);
    return {core.begin(), core.begin() + static_cast<std::ptrdiff_t>(count)};
  }

  Json edges(const std::vector<std::uint32_t>& core) const {
    Json out = Json::array();
    for (const CoreEdge& edge : core_edges(history_, core)) {
      if (out.size() == shown_edges) break;
      out.push_back({edge.from, edge.to, edge.why == CoreEdge::Why::value ? "value" : "time"});
    }
    return out;
  }

  Json proof_json(const KeyProof& proof) {
    Json out = Json::object();
    out["placed"] = proof.order.size();
    const std::size_t last = std::min(proof.order.size(), shown_prefix);
    out["last"] =
        mention({proof.order.end() - static_cast<std::ptrdiff_t>(last), proof.order.end()});
    if (proof.stuck_at < history_.size())
      out["stuck"] = mention({history_.partner(proof.stuck_at)});
    out["blocked"] = Json::array();
    for (std::size_t i = 0; i < std::min(proof.blocked.size(), limits_.candidates); ++i) {
      const std::string why = i < proof.blocked_why.size() ? proof.blocked_why[i] : "";
      out["blocked"].push_back({{"id", mention({proof.blocked[i]}).front()}, {"why", text(why)}});
    }
    out["candidates"] = proof.blocked.size();
    return out;
  }

  // Keys that were not decided, and how far each was proven.
  Json undecided() const {
    Json out = Json::array();
    for (const Check& check : results_.checks) {
      if (check.validity != Validity::unknown) continue;
      Json keys = Json::array();
      for (const KeyProof& proof : check.proofs) {
        if (proof.validity != Validity::unknown || keys.size() == shown_undecided) continue;
        keys.push_back({{"key", proof.has_key ? show_value(history_.value(proof.key), 80) : ""},
                        {"placed", proof.order.size()}});
      }
      out.push_back({{"check", text(check.name)}, {"reason", text(check.reason)}, {"keys", keys}});
    }
    return out;
  }

  Json spans(const FaultLog& faults) {
    Json out = Json::array();
    for (const FaultSpan& span : first(faults.spans, "fault")) {
      Json one = {{"kind", text(span.kind)},
                  {"detail", text(span.detail)},
                  {"start", axis_.at(span.start)}};
      one["end"] = span.end == no_event ? Json(nullptr) : Json(axis_.at(span.end));
      out.push_back(std::move(one));
    }
    return out;
  }

  Json instants(const FaultLog& faults) {
    Json out = Json::array();
    for (const FaultInstant& instant : first(faults.instants, "nemesis event")) {
      out.push_back({{"at", axis_.at(instant.event)}, {"text", text(instant.text)}});
    }
    return out;
  }

  Json marks() {
    Json out = Json::array();
    if (!axis_.timed()) return out;
    for (const Mark& mark : first(results_.marks, "store mark")) {
      out.push_back(
          {{"at", mark.at.count()}, {"node", text(mark.node)}, {"text", text(mark.text)}});
    }
    return out;
  }

  template <class Items>
  Items first(const Items& items, const std::string& noun) {
    if (items.size() <= limits_.marks) return items;
    leave_out(show_counted(items.size() - limits_.marks, "further " + noun) + " in the timeline");
    return Items(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(limits_.marks));
  }

  void leave_out(const std::string& note) { left_out_.push_back(note); }

  // Operations that a story names are described in full, whether or not the timeline holds them.
  Json mention(const std::vector<std::uint32_t>& invocations) {
    Json out = Json::array();
    for (std::uint32_t i : invocations) {
      if (i < history_.size()) mentioned_.insert(i);
      out.push_back(i);
    }
    return out;
  }

  Json details() const {
    Json out = Json::array();
    for (std::uint32_t i : mentioned_) out.push_back(detail(i));
    return out;
  }

  Json detail(std::uint32_t invocation) const {
    const Operation op = history_.operation(invocation);
    const bool ended = op.completion != no_event;
    Json out = Json::object();
    out["id"] = invocation;
    out["done"] = ended ? op.completion : 0;
    out["at"] = axis_.at(invocation);
    out["took"] = ended ? axis_.at(op.completion) - axis_.at(invocation) : -1;
    out["process"] = index(op.process);
    out["f"] = text(history_.name(op.f));
    out["outcome"] = op.outcome == EventType::ok ? 0 : op.outcome == EventType::fail ? 1 : 2;
    out["value"] = show_operation_value(history_, op, limits_.text);
    if (op.has_key) out["key"] = show_value(history_.value(op.key), limits_.text);
    out["node"] = node_of(history_, op);
    if (ended && !history_.event(op.completion).error.is_nil()) {
      out["error"] = show_value(history_.value(history_.event(op.completion).error), limits_.text);
    }
    return out;
  }

  const Results& results_;
  const History& history_;
  const Axis& axis_;
  const PageLimits& limits_;
  std::set<std::uint32_t> mentioned_;
  std::vector<std::string> left_out_;
};

}  // namespace

Axis::Axis(const History& history) : history_(history), timed_(!history.empty()) {
  for (std::uint32_t i = 0; i < history.size() && timed_; ++i) {
    timed_ = history.time(i) != Time::min();
  }
  for (std::uint32_t i = 0; i < history.size(); ++i) {
    start_ = i == 0 ? at(i) : std::min(start_, at(i));
    end_ = i == 0 ? at(i) : std::max(end_, at(i));
  }
}

std::int64_t Axis::at(std::uint32_t event) const {
  return timed_ ? history_.time(event).count() : static_cast<std::int64_t>(event);
}

std::vector<std::uint32_t> core_operations(const Results& results, const PageLimits& limits) {
  std::set<std::uint32_t> operations;
  std::size_t stories = 0;
  for (const Check& check : results.checks) {
    for (const Anomaly& anomaly : check.anomalies) {
      if (++stories > limits.stories) break;
      const std::size_t count = std::min(anomaly.operations.size(), limits.core_operations);
      for (std::size_t i = 0; i < count; ++i) operations.insert(anomaly.operations[i]);
    }
  }
  return {operations.begin(), operations.end()};
}

Json page_document(const Results& results, const History& history, const Axis& axis,
                   const FaultLog& faults, const PageLimits& limits) {
  return PageWriter(results, history, axis, limits).document(faults);
}

}  // namespace tribunal::reports
