// See key_history.h.
#include "checker/linearizability/key_history.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

#include "base/text.h"

namespace tribunal::checker {

std::vector<std::string> model_names() {
  std::vector<std::string> names;
  for (const auto& kind : linearizability::model_kinds()) names.emplace_back(kind.name);
  return names;
}

Result<std::string> recognise_model(const history::History& history) {
  std::map<std::string, std::uint32_t> found;  // function → first event
  for (std::uint32_t i = 0; i < history.size(); ++i) {
    if (history.type(i) != history::EventType::invoke) continue;
    if (history.process(i) == history::Process::nemesis) continue;
    found.emplace(history.name(history.f(i)), i);
  }
  for (const auto& kind : linearizability::model_kinds()) {
    const bool knows_all = std::all_of(found.begin(), found.end(), [&](const auto& f) {
      return std::find(kind.functions.begin(), kind.functions.end(), f.first) !=
             kind.functions.end();
    });
    if (knows_all) return std::string(kind.name);
  }
  std::vector<std::string> list;
  for (const auto& [f, event] : found) {
    list.push_back(quote(":" + f) + " (event " + std::to_string(event) + ")");
  }
  return fail("expected the operations of one model (" + join(model_names(), ", ") + "), found " +
              join(list, ", "));
}

namespace linearizability {

namespace {

history::Value default_initial(const std::string& model) {
  if (model == "kv") return history::Value::string("");
  if (model == "set") return history::Value::set({});
  if (model == "multi-register") return history::Value::map({});
  return {};
}

// Finds the entry of a key, making one with a model of its own when it is new.
class Splitter {
 public:
  Splitter(const history::History& history, const Options& options)
      : history_(history), options_(options) {}

  Result<KeyHistory*> key_of(const history::Operation& operation) {
    const std::uint64_t bits = operation.key.bits();
    auto& places = operation.has_key ? keyed_ : unkeyed_;
    const auto [place, fresh] = places.try_emplace(bits, keys_.size());
    if (!fresh) return &keys_[place->second];
    auto model = find_model(options_.model)->make(history_, options_);
    if (!model) return Failure{model.error()};
    KeyHistory made;
    made.key = operation.key;
    made.has_key = operation.has_key;
    made.model = std::move(model).value();
    keys_.push_back(std::move(made));
    return &keys_.back();
  }

  std::vector<KeyHistory> take() { return std::move(keys_); }

 private:
  const history::History& history_;
  const Options& options_;
  std::vector<KeyHistory> keys_;
  std::unordered_map<std::uint64_t, std::size_t> keyed_;    // by reference; never iterated
  std::unordered_map<std::uint64_t, std::size_t> unkeyed_;  // at most one
};

}  // namespace

Result<Options> resolve(const history::History& history, const Options& options) {
  Options resolved = options;
  if (resolved.model.empty()) {
    auto model = recognise_model(history);
    if (!model) return Failure{model.error()};
    resolved.model = std::move(model).value();
  }
  const ModelKind* kind = find_model(resolved.model);
  if (kind == nullptr) return fail(unknown_name("model", resolved.model, model_names()));
  if (!resolved.initial.has_value()) resolved.initial = default_initial(resolved.model);
  const auto probe = kind->make(history, resolved);  // complains about the initial value
  if (!probe) return Failure{probe.error()};
  return resolved;
}

Result<std::vector<KeyHistory>> split(const history::History& history, const Options& options) {
  Splitter splitter(history, options);
  for (const history::Operation& operation : history.operations()) {
    const Result<KeyHistory*> key = splitter.key_of(operation);
    if (!key) return Failure{key.error()};
    Result<std::optional<Op>> decoded = (*key)->model->decode(operation);
    if (!decoded) return Failure{decoded.error()};
    if (!decoded->has_value()) continue;
    Op op = **decoded;
    op.call = operation.invocation;
    op.ret = operation.outcome == history::EventType::info ? never : operation.completion;
    (*key)->ops.push_back(op);
    if (operation.producers >= 0) {
      (*key)->counts.emplace_back(op.call, static_cast<std::uint32_t>(operation.producers));
    }
  }
  std::vector<KeyHistory> keys = splitter.take();
  for (KeyHistory& key : keys) key.model->prepare();
  return keys;
}

}  // namespace linearizability

}  // namespace tribunal::checker
