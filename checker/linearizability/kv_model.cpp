// Model `kv`: a string that `put` replaces, `append` extends and `get` returns.
//
// A state is a node of a trie of characters: every string that was ever reached, with its prefixes,
// is there once, so equal strings are equal numbers however they came about, and a long string that
// grows by appends costs only what was appended. A token is the argument of a put or append.
#include <algorithm>
#include <unordered_map>

#include <fmt/core.h>

#include "checker/linearizability/decoding.h"
#include "checker/linearizability/evidence.h"
#include "checker/linearizability/flat_map.h"
#include "checker/linearizability/model.h"
#include "checker/linearizability/value_table.h"

namespace tribunal::checker::linearizability {

namespace {

using history::EventType;
using history::Value;

enum Kind : std::uint8_t { get, put, append, glance };  // glance: get nil under --nil-read any

constexpr State nil_state = 0;  // there is no string yet
constexpr State empty_string = 1;

// The strings, as nodes that know their last character and the rest.
class Strings {
 public:
  State extend(State state, const std::string& text) {
    if (state == nil_state) state = empty_string;
    for (const char c : text) {
      const std::uint64_t key = (std::uint64_t{state} << 8) | static_cast<unsigned char>(c);
      State next = children_.find(key);
      if (next == FlatMap::absent) {
        next = static_cast<State>(nodes_.size());
        nodes_.push_back({state, c});
        children_.insert(key, next);
      }
      state = next;
    }
    return state;
  }

  std::string text(State state) const {
    std::string reversed;
    for (; state > empty_string; state = nodes_[state].rest) reversed += nodes_[state].last;
    return {reversed.rbegin(), reversed.rend()};
  }

  std::uint64_t memory() const { return nodes_.capacity() * sizeof(Node) + children_.memory(); }

 private:
  struct Node {
    State rest;
    char last;
  };
  std::vector<Node> nodes_{{nil_state, 0}, {nil_state, 0}};
  FlatMap children_;
};

class KvModel final : public Model {
 public:
  KvModel(const history::History& history, const Options& options)
      : history_(history),
        functions_(history, options.model, find_model(options.model)->functions),
        options_(options),
        arguments_(history),
        initial_(options.initial.has_value() ? state_of(*options.initial) : empty_string) {}

  Result<std::optional<Op>> decode(const history::Operation& operation) override {
    const Result<std::size_t> f = functions_.number(operation);
    if (!f) return Failure{f.error()};
    if (*f == 0) return decode_get(operation);
    const Value value = history_.value(operation.invoked);
    if (value.kind() != Value::Kind::string) {
      return event_error(operation.invocation, "a string as the value of :put and :append",
                         value.show());
    }
    if (operation.outcome == EventType::fail) return std::optional<Op>{};
    Op op;
    op.kind = *f == 1 ? put : append;
    op.a = arguments_.number(value);
    if (op.kind == put) op.b = strings_.extend(empty_string, value.text());
    return std::optional<Op>{op};
  }

  State initial() override { return initial_; }

  State step(State state, const Op& op) override {
    switch (op.kind) {
      case get:
        return state == op.a ? state : refused;
      case put:
        return op.b;
      case append:
        return strings_.extend(state, arguments_.value(op.a).text());
      default:
        return state;
    }
  }

  std::string why(State state, const Op& op) override {
    std::string seen = show_string(op.a);
    std::string held = show_string(state);
    const auto differ = std::mismatch(seen.begin(), seen.end(), held.begin(), held.end());
    const auto at = static_cast<std::size_t>(differ.first - seen.begin());
    return fmt::format("got {}, but the value is {}", around(seen, at), around(held, at));
  }

  std::string show(const Op& op) override {
    switch (op.kind) {
      case get:
        return "got " + shorten(show_string(op.a));
      case put:
        return "put " + shorten(arguments_.show(op.a));
      case append:
        return "appended " + shorten(arguments_.show(op.a));
      default:
        return "got an unrecorded value";
    }
  }

  std::string show_state(State state) override {
    return "the value is " + shorten(show_string(state));
  }

  void produced(const Op& op, std::vector<std::uint32_t>& tokens) override {
    if (op.kind == put || op.kind == append) tokens.push_back(op.a);
  }

  std::vector<Want> wants(const Op& op) override {
    if (op.kind != get) return {};
    const auto [place, fresh] = wanted_.try_emplace(op.a);
    if (fresh && op.a != nil_state) {
      const std::string seen = strings_.text(op.a);
      for (std::uint32_t n = 1; n < arguments_.size(); ++n) {
        const std::string& part = arguments_.value(n).text();
        if (seen.find(part) != std::string::npos) place->second.push_back(n);
      }
    }
    return {Want{false, place->second}};
  }

  std::optional<Op> weakened(const Op& op, const std::vector<bool>& stands) override {
    if (stands.empty() || stands[0]) return op;
    return std::nullopt;
  }

  std::optional<Finding> classify(Evidence& evidence) override {
    const std::uint32_t reader = evidence.observer();
    if (evidence.op(reader).kind != get) return std::nullopt;
    const std::vector<std::uint32_t> parts = evidence.wanted(reader);
    if (parts.empty() && evidence.op(reader).a != initial_) {
      return Finding{"phantom value", capital(evidence.did(reader)) +
                                          ", but no put or append of any part of that had "
                                          "been invoked by then."};
    }
    for (const std::uint32_t part : parts) {
      if (auto finding = duplicate(evidence, reader, part, parts)) return finding;
    }
    return classify_collections(evidence, "lost write");
  }

  std::uint64_t memory() const override { return strings_.memory(); }

 private:
  // The argument occurs more often in what was got than it was put or appended, and is part of no
  // other.
  std::optional<Finding> duplicate(Evidence& evidence, std::uint32_t reader, std::uint32_t part,
                                   const std::vector<std::uint32_t>& parts) {
    const std::string& text = arguments_.value(part).text();
    for (const std::uint32_t other : parts) {
      const bool inside = arguments_.value(other).text().find(text) != std::string::npos;
      if (text.empty() || (other != part && inside)) return std::nullopt;
    }
    const std::string seen = strings_.text(evidence.op(reader).a);
    std::size_t times = 0;
    for (auto at = seen.find(text); at != std::string::npos;
         at = seen.find(text, at + text.size())) {
      ++times;
    }
    std::vector<std::uint32_t> sources;
    for (const std::uint32_t i : evidence.core()) {
      if (evidence.produces(i, part)) sources.push_back(i);
    }
    if (sources.empty() || times <= sources.size()) return std::nullopt;
    return Finding{
        "duplicate",
        fmt::format("{}, which contains {} {} times, but that was written only {} time{}: {}.",
                    capital(evidence.did(reader)), shorten(arguments_.show(part)), times,
                    sources.size(), sources.size() == 1 ? "" : "s", evidence.did(sources[0]))};
  }

  State state_of(const Value& value) {
    return value.is_nil() ? nil_state : strings_.extend(empty_string, value.text());
  }

  Result<std::optional<Op>> decode_get(const history::Operation& operation) {
    if (operation.outcome != EventType::ok) return std::optional<Op>{};
    Op op;
    op.pure = true;
    if (operation.returned.is_nil() && options_.nil_read == NilRead::any) {
      op.kind = glance;
      return std::optional<Op>{op};
    }
    const Value value = history_.value(operation.returned);
    if (!value.is_nil() && value.kind() != Value::Kind::string) {
      return event_error(operation.completion, "a string as the value that :get returned",
                         value.show());
    }
    op.kind = get;
    op.a = state_of(value);
    return std::optional<Op>{op};
  }

  std::string show_string(State state) const {
    return state == nil_state ? "nil" : Value::string(strings_.text(state)).show();
  }

  // A long text near the place where it begins to differ.
  static std::string around(const std::string& text, std::size_t at) {
    if (text.size() <= 120) return text;
    const auto inside = [&](std::size_t i) {
      return i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U;
    };
    std::size_t from = at > 60 ? at - 60 : 0;
    std::size_t to = std::min(text.size(), from + 120);
    while (inside(from)) ++from;
    while (inside(to)) ++to;
    return (from > 0 ? "…" : "") + text.substr(from, to - from) + (to < text.size() ? "…" : "");
  }

  const history::History& history_;
  Functions functions_;
  const Options& options_;
  ValueTable arguments_;  // every number but 0 is a string
  Strings strings_;
  State initial_;
  std::unordered_map<State, std::vector<std::uint32_t>> wanted_;  // never iterated
};

}  // namespace

Result<std::unique_ptr<Model>> make_kv(const history::History& history, const Options& options) {
  if (options.initial.has_value() && !options.initial->is_nil() &&
      options.initial->kind() != Value::Kind::string) {
    return fail("expected a string as the initial value of kv, found " + options.initial->show());
  }
  return std::unique_ptr<Model>(std::make_unique<KvModel>(history, options));
}

}  // namespace tribunal::checker::linearizability
