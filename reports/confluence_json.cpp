// A ConfluenceReport for programs. docs/confluence.md is its contract.
#include <nlohmann/json.hpp>

#include "reports/confluence_words.h"
#include "reports/results_document.h"

namespace tribunal::reports {
namespace {

using namespace confluence;  // the views' shared parts
using checker::confluence::Conflict;
using checker::confluence::Lock;
using checker::confluence::Variant;
using checker::confluence::Verdict;

constexpr int schema_version = 1;

std::string_view word(Verdict verdict) {
  switch (verdict) {
    case Verdict::confluent:
      return "confluent";
    case Verdict::not_confluent:
      return "not_confluent";
    case Verdict::invalid_initial:
      return "invalid_initial";
    case Verdict::unknown:
      break;
  }
  return "unknown";
}

std::string_view word(Variant::Kind kind) {
  return kind == Variant::Kind::escrow    ? "escrow"
         : kind == Variant::Kind::onmerge ? "onmerge"
                                          : "policy";
}

class Writer {
 public:
  explicit Writer(const ConfluenceReport& report)
      : report_(report), spec_(report.spec), layout_(layout_of(report)) {}

  Json document() const {
    const auto& decision = report_.decision;
    const std::optional<Story> story = story_of(report_, layout_);
    Json out = Json::object();
    out["schema"] = schema_version;
    out["file"] = report_.file;
    out["verdict"] = word(decision.verdict);
    out["headline"] = verdict_sentence(report_, story);
    out["route"] = checker::confluence::name_of(decision.route);
    out["reason"] = decision.reason.empty() ? Json(nullptr) : Json(decision.reason);
    scope(out);
    out["recheck"] = report_.recheck.empty() ? Json(nullptr) : Json(report_.recheck);
    out["unbounded"] = report_.unbounded;
    out["transactions"] = Json::array();
    for (const auto& op : spec_.transactions) out["transactions"].push_back(op.name);
    out["invariants"] = Json::array();
    for (const auto& invariant : spec_.invariants) out["invariants"].push_back(invariant.name);
    out["facts"] = Json::array();
    for (const auto& fact : decision.facts) {
      out["facts"].push_back(checker::confluence::show(spec_, fact));
    }
    out["broken_initially"] = names_of_invariants(decision.broken_initially);
    out["conflicts"] = Json::array();
    for (const Conflict& conflict : decision.conflicts) {
      out["conflicts"].push_back(conflict_json(conflict));
    }
    advice(out);
    out["counterexample"] = story ? counterexample(*story) : Json(nullptr);
    out["stats"] = {{"questions", decision.questions}, {"runs", decision.runs}};
    warnings(out);
    executions(out);
    return out;
  }

 private:
  Json names_of_transactions(const std::vector<std::uint32_t>& transactions) const {
    Json names = Json::array();
    for (const std::uint32_t t : transactions) names.push_back(spec_.transactions[t].name);
    return names;
  }
  Json names_of_invariants(const std::vector<std::uint32_t>& invariants) const {
    Json names = Json::array();
    for (const std::uint32_t i : invariants) names.push_back(spec_.invariants[i].name);
    return names;
  }

  void scope(Json& out) const {
    const auto& scope = report_.decision.scope;
    out["scope"] = Json::object();
    Json enough = Json::object();
    for (std::size_t i = 0; i < scope.sizes.size() && i < spec_.sorts.size(); ++i) {
      out["scope"][spec_.sorts[i].name] = scope.sizes[i];
      const bool known = i < scope.complete.size() && scope.complete[i] > 0;
      enough[spec_.sorts[i].name] = known ? Json(scope.complete[i]) : Json(nullptr);
    }
    out["complete"] = scope.is_complete();
    out["bounds"] = {{"enough", enough},
                     {"obstacle", scope.obstacle.empty() ? Json(nullptr) : Json(scope.obstacle)},
                     {"searched_per_side", report_.decision.searched_per_side},
                     {"searched_before", report_.decision.searched_before}};
  }

  // ---- values and steps ----

  // Numbers and truth values as such, everything else by name.
  Json typed(spec::Type type, std::int64_t value) const {
    if (type.base == spec::Type::Base::integer) return value;
    if (type.base == spec::Type::Base::boolean) return value != 0;
    return layout_.show_value(type, value);
  }

  Json cell_json(spec::Cell cell, const spec::Values& values) const {
    return typed(spec_.variables[layout_.variable_of(cell)].type, values[cell]);
  }

  Json values_json(const Story& story, const spec::Values& values) const {
    Json out = Json::object();
    for (const spec::Cell cell : story.cells) {
      if (cell < values.size()) out[layout_.show_cell(cell)] = cell_json(cell, values);
    }
    return out;
  }

  Json arguments_json(std::uint32_t transaction, const std::vector<std::int64_t>& values) const {
    Json out = Json::object();
    const auto& parameters = spec_.transactions[transaction].parameters;
    for (std::size_t i = 0; i < parameters.size() && i < values.size(); ++i) {
      out[parameters[i].name] = typed(parameters[i].type, values[i]);
    }
    return out;
  }

  Json step_json(const ShownStep& shown, const spec::Step& step) const {
    Json out = {{"step", shown.number}, {"replica", replica_name(shown.replica)}};
    if (shown.merge) {
      out["merge_from"] = replica_name(shown.from);
    } else {
      out["transaction"] = spec_.transactions[shown.transaction].name;
      out["arguments"] = arguments_json(shown.transaction, step.arguments);
    }
    out["changes"] = Json::object();
    for (const CellChange& change : shown.changes) {
      const spec::Type type = spec_.variables[layout_.variable_of(change.cell)].type;
      out["changes"][layout_.show_cell(change.cell)] = {{"before", typed(type, change.before)},
                                                        {"after", typed(type, change.after)}};
    }
    return out;
  }

  Json binding_json(const Explanation& why) const {
    Json out = Json::object();
    for (const spec::Binding& one : why.binding) out[one.name] = typed(one.type, one.value);
    return out;
  }

  Json counterexample(const Story& story) const {
    const spec::Run& run = *report_.decision.counterexample;
    const auto part = [&](const std::vector<std::size_t>& numbers) {
      Json steps = Json::array();
      for (const std::size_t i : numbers) steps.push_back(step_json(story.steps[i], run[i]));
      return steps;
    };
    Json out = Json::object();
    out["shape"] = story.branched ? "branches" : "run";
    out["shortest"] = report_.decision.shortest;
    out["replicas"] = story.replicas;
    if (story.branched) {
      out["prefix"] = part(story.prefix);
      out["left"] = part(story.left);
      out["right"] = part(story.right);
    }
    std::vector<std::size_t> all(story.steps.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    out["steps"] = part(all);
    out["before"] = values_json(story, story.before);
    out["at_left"] = values_json(story, story.at_left);
    out["at_right"] = values_json(story, story.at_right);
    out["merged"] = values_json(story, story.merged);
    out["violated"] = spec_.invariants[story.why.invariant].name;
    out["binding"] = binding_json(story.why);
    out["condition"] = story.why.condition;
    out["computed"] = story.why.computed.empty() ? Json(nullptr) : Json(story.why.computed);
    out["cells"] = Json::array();
    for (const spec::Cell cell : story.why.named) out["cells"].push_back(layout_.show_cell(cell));
    out["hindsight"] = story.hindsight.empty() ? Json(nullptr) : Json(story.hindsight);
    return out;
  }

  // ---- conflicts and advice ----

  Json conflict_json(const Conflict& conflict) const {
    Json out = Json::object();
    const auto& a = spec_.transactions[conflict.a];
    const auto& b = spec_.transactions[conflict.b];
    out["a"] = a.name;
    out["b"] = b.name;
    out["invariant"] = spec_.invariants[conflict.invariant].name;
    out["args_equal"] = Json::array();
    for (const auto& [of_a, of_b] : conflict.equal) {
      out["args_equal"].push_back({a.parameters[of_a].name, b.parameters[of_b].name});
    }
    const Story story = story_of(conflict, layout_);
    Json example = Json::object();
    example["arguments_a"] = arguments_json(conflict.a, conflict.example.arguments_a);
    example["arguments_b"] = arguments_json(conflict.b, conflict.example.arguments_b);
    example["before"] = values_json(story, story.before);
    example["after_a"] = values_json(story, story.at_left);
    example["after_b"] = values_json(story, story.at_right);
    example["merged"] = values_json(story, story.merged);
    example["binding"] = binding_json(story.why);
    out["example"] = example;
    return out;
  }

  Json lock_json(const Lock& lock) const {
    Json out = {{"invariants", names_of_invariants(lock.invariants)}, {"holders", Json::array()}};
    for (const Lock::Holder& holder : lock.holders) {
      const auto& op = spec_.transactions[holder.transaction];
      out["holders"].push_back(
          {{"transaction", op.name},
           {"mode", holder.mode == Lock::Mode::exclusive ? "exclusive" : "shared"},
           {"key", holder.key ? Json(op.parameters[*holder.key].name) : Json(nullptr)}});
    }
    return out;
  }

  void advice(Json& out) const {
    const checker::confluence::Advice none;
    const auto& advice = report_.advice ? *report_.advice : none;
    out["locks"] = Json::array();
    for (const Lock& lock : advice.locks) out["locks"].push_back(lock_json(lock));
    out["locks_proven"] = advice.locks_proven;
    out["phases"] = Json::array();
    for (const auto& phase : advice.phases) {
      out["phases"].push_back(
          {{"transactions", names_of_transactions(phase.transactions)}, {"proven", phase.proven}});
    }
    out["cover"] = names_of_transactions(advice.cover);
    out["variants"] = Json::array();
    for (const Variant& variant : advice.variants) {
      out["variants"].push_back({{"kind", word(variant.kind)},
                                 {"change", variant.change},
                                 {"route", checker::confluence::name_of(variant.route)},
                                 {"spec", variant.spec}});
    }
    if (!advice.apology) {
      out["apology"] = nullptr;
      return;
    }
    out["apology"] = {{"invariant", spec_.invariants[advice.apology->invariant].name},
                      {"bindings", advice.apology->bindings},
                      {"cells", advice.apology->cells},
                      {"undo", advice.apology->undo}};
  }

  void warnings(Json& out) const {
    out["warnings"] = Json::array();
    for (const spec::Diagnostic& warning : report_.warnings) {
      out["warnings"].push_back(
          {{"line", warning.at.line}, {"column", warning.at.column}, {"message", warning.message}});
    }
    out["remarks"] = remarks(report_);
    out["never_commit"] = names_of_transactions(report_.decision.never);
    out["unseen"] = names_of_transactions(report_.decision.unseen);
    out["shrinking"] = Json::array();
    for (const std::uint32_t v : report_.decision.shrinking) {
      out["shrinking"].push_back(spec_.variables[v].name);
    }
  }

  void executions(Json& out) const {
    out["executions"] = Json::array();
    for (const ExecutionResult& result : report_.executions) {
      out["executions"].push_back(
          {{"mode", result.mode},
           {"nemesis", result.nemesis},
           {"with", result.with.empty() ? Json(nullptr) : Json(result.with)},
           {"expected", result.expected},
           {"runs", result.runs},
           {"violating", result.violating},
           {"transactions", result.transactions},
           {"replay", result.replay.empty() ? Json(nullptr) : Json(result.replay)}});
    }
  }

  const ConfluenceReport& report_;
  const spec::Spec& spec_;
  spec::Layout layout_;
};

}  // namespace

std::string confluence_json(const ConfluenceReport& report) {
  return dump(Writer(report).document(), 2) + "\n";
}

}  // namespace tribunal::reports
