// results.json: docs/results.md is its contract.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "reports/present.h"
#include "reports/results_document.h"

namespace tribunal::reports {
namespace {

using checker::Validity;
using history::History;

constexpr int schema_version = 1;

double seconds_of(Duration duration) { return static_cast<double>(duration.count()) / 1e9; }

Json ratio(const Counts& counts) {
  if (counts.total() == 0) return nullptr;
  return static_cast<double>(counts.ok) / static_cast<double>(counts.total());
}

Json counts_json(const Counts& counts) {
  return {
      {"ok", counts.ok}, {"fail", counts.fail}, {"info", counts.info}, {"total", counts.total()}};
}

Json quantiles_json(const Quantiles& q, bool measured) {
  Json out = Json::object();
  const auto put = [&](const char* name, double value) {
    out[name] = measured ? Json(value) : Json(nullptr);
  };
  put("p50", q.p50);
  put("p95", q.p95);
  put("p99", q.p99);
  put("p999", q.p999);
  put("max", q.max);
  return out;
}

class Writer {
 public:
  Writer(const Results& results, const Measurements& measured, const History& history,
         Timing timing, const DocumentLimits& limits)
      : results_(results),
        measured_(measured),
        history_(history),
        timing_(timing),
        limits_(limits) {}

  Json document() const {
    Json out = Json::object();
    out["schema"] = schema_version;
    out["valid"] = validity_json(results_.valid);
    if (!results_.failure.empty()) out["failure"] = text(results_.failure);
    out["expected"] = results_.expected;
    out["models"] = Json::object();
    for (const auto& [model, validity] : results_.models)
      out["models"][model] = validity_json(validity);
    out["strongest"] = results_.strongest;
    out["weakest_violated"] = results_.weakest_violated;
    out["checks"] = Json::array();
    for (const checker::Check& check : results_.checks) out["checks"].push_back(check_json(check));
    out["counts"] = counts();
    out["availability"] = availability();
    out["latency"] = latency();
    out["lost_acknowledged"] = measured_.lost_acknowledged;
    out["stale_reads"] = measured_.stale_reads;
    out["protocol"] = protocol(out);
    out["run"] = run();
    return out;
  }

 private:
  std::string text(const std::string& s) const { return clip(s, limits_.text); }

  // Fills `list` with the first `limit` items and notes on `owner` how many are missing.
  template <class Items, class Show>
  Json some(Json& owner, const char* name, const Items& items, std::size_t limit, Show show) const {
    Json list = Json::array();
    for (const auto& item : items) {
      if (list.size() == limit) break;
      list.push_back(show(item));
    }
    if (items.size() > list.size()) owner["left_out"][name] = items.size() - list.size();
    return list;
  }

  Json anomaly_json(const checker::Anomaly& anomaly) const {
    Json out = Json::object();
    out["class"] = text(anomaly.kind);
    out["timeliness_or_integrity"] = checker::name(anomaly.harm);
    if (anomaly.has_key) out["key"] = text(history_.value(anomaly.key).show());
    out["operations"] = some(out, "operations", anomaly.operations, limits_.operations,
                             [](std::uint32_t i) { return Json(i); });
    out["minimal"] = anomaly.minimal;
    out["explanation"] = text(anomaly.explanation);
    out["steps"] = some(out, "steps", anomaly.steps, limits_.steps,
                        [&](const std::string& step) { return Json(text(step)); });
    if (anomaly.cycle.empty()) return out;
    out["cycle"] = some(out, "cycle", anomaly.cycle, limits_.steps,
                        [&](const checker::CycleEdge& edge) { return edge_json(edge); });
    return out;
  }

  Json edge_json(const checker::CycleEdge& edge) const {
    const auto invocation = [](std::uint32_t i) {
      return i == history::no_event ? Json(nullptr) : Json(i);
    };
    Json out = Json::object();
    out["from"] = invocation(edge.from);
    out["to"] = invocation(edge.to);
    out["rule"] = text(edge.why);
    out["because"] = some(out, "because", edge.because, limits_.operations, invocation);
    return out;
  }

  Json check_json(const checker::Check& check) const {
    Json out = Json::object();
    out["name"] = text(check.name);
    out["model"] = text(check.model);
    out["valid"] = validity_json(check.validity);
    if (!check.reason.empty()) out["reason"] = text(check.reason);
    out["algorithm"] = text(check.algorithm);
    out["operations"] = check.operations;
    out["steps"] = check.steps;
    if (timing_ == Timing::include) out["seconds"] = check.seconds;
    if (!check.proofs.empty()) out["keys"] = keys(check);
    out["anomalies"] = some(out, "anomalies", check.anomalies, limits_.anomalies,
                            [&](const checker::Anomaly& a) { return anomaly_json(a); });
    return out;
  }

  static Json keys(const checker::Check& check) {
    const auto number = [&](Validity v) {
      return std::count_if(check.proofs.begin(), check.proofs.end(),
                           [&](const checker::KeyProof& proof) { return proof.validity == v; });
    };
    return {{"valid", number(Validity::valid)},
            {"invalid", number(Validity::invalid)},
            {"unknown", number(Validity::unknown)}};
  }

  Json counts() const {
    Json out = counts_json(measured_.all);
    out["by_f"] = Json::object();
    for (const auto& [f, counts] : measured_.by_f) {
      if (out["by_f"].size() == limits_.list) break;
      out["by_f"][text(f)] = counts_json(counts);
    }
    return out;
  }

  Json availability() const {
    Json out = Json::object();
    out["all"] = ratio(measured_.all);
    out["healthy"] = ratio(measured_.healthy());
    out["faulty"] = ratio(measured_.faulty());
    out["phases"] = some(out, "phases", measured_.phases, limits_.list, [&](const Phase& phase) {
      Json one = Json::object();
      one["start"] = seconds_of(phase.start);
      one["end"] = seconds_of(phase.end);
      one["faults"] = Json::array();
      for (const std::string& fault : phase.faults) one["faults"].push_back(text(fault));
      one.update(counts_json(phase.counts));
      one["availability"] = ratio(phase.counts);
      return one;
    });
    return out;
  }

  Json latency() const {
    Json out = Json::object();
    out["unit"] = "ms";
    out.update(quantiles_json(measured_.latency, !measured_.latency_by_f.empty()));
    out["by_f"] = Json::object();
    for (const auto& [f, quantiles] : measured_.latency_by_f) {
      if (out["by_f"].size() == limits_.list) break;
      out["by_f"][text(f)] = quantiles_json(quantiles, true);
    }
    return out;
  }

  Json protocol(Json& owner) const {
    return some(owner, "protocol", results_.protocol, limits_.list, [&](const ProtocolFinding& f) {
      return Json{{"at", seconds_of(f.at)},
                  {"node", text(f.node)},
                  {"property", text(f.property)},
                  {"detail", text(f.detail)}};
    });
  }

  Json run() const {
    const RunInfo& run = results_.run;
    Json out = Json::object();
    const auto put = [&](const char* name, const std::string& value) {
      if (!value.empty()) out[name] = text(value);
    };
    put("source", run.source);
    put("name", run.name);
    put("version", run.version);
    put("scenario", run.scenario);
    if (run.source == "run") out["seed"] = run.seed;
    put("replay", run.replay);
    put("trace", run.trace);
    put("mode", run.mode);
    put("workload", run.workload);
    put("nemesis", run.nemesis);
    put("cluster", run.cluster);
    put("latency", run.latency);
    if (run.nodes > 0) out["nodes"] = run.nodes;
    if (run.concurrency > 0) out["concurrency"] = run.concurrency;
    if (run.length > Duration{}) out["length"] = seconds_of(run.length);
    if (results_.messages > 0) out["messages"] = results_.messages;
    return out;
  }

  const Results& results_;
  const Measurements& measured_;
  const History& history_;
  Timing timing_;
  const DocumentLimits& limits_;
};

}  // namespace

Json validity_json(Validity validity) {
  switch (validity) {
    case Validity::valid:
      return true;
    case Validity::invalid:
      return false;
    case Validity::unknown:
      break;
  }
  return "unknown";
}

Json results_document(const Results& results, const Measurements& measured, const History& history,
                      Timing timing, const DocumentLimits& limits) {
  return Writer(results, measured, history, timing, limits).document();
}

std::string dump(const Json& document, int indent) {
  return document.dump(indent, ' ', false, Json::error_handler_t::replace);
}

std::string results_json(const Results& results, const History& history, Timing timing) {
  const Measurements measured = measure(history, results);
  return dump(results_document(results, measured, history, timing), 2) + "\n";
}

}  // namespace tribunal::reports
