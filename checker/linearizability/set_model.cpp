// Model `set`: add an element, read all of them. A state is a shared array with one bit for each
// element that the history mentions; a token is an element.
#include <algorithm>
#include <unordered_map>

#include <fmt/core.h>

#include "checker/linearizability/decoding.h"
#include "checker/linearizability/evidence.h"
#include "checker/linearizability/model.h"
#include "checker/linearizability/shared_arrays.h"
#include "checker/linearizability/value_table.h"

namespace tribunal::checker::linearizability {

namespace {

using history::EventType;
using history::Value;

enum Kind : std::uint8_t { add, read, glance };  // glance: an unrecorded read (--nil-read any)

bool is_elements(const Value& value) {
  return value.is_sequence() || value.kind() == Value::Kind::set;
}

class SetModel final : public Model {
 public:
  SetModel(const history::History& history, const Options& options)
      : history_(history),
        functions_(history, options.model, find_model(options.model)->functions),
        options_(options),
        elements_(history),
        initial_(numbers(options.initial.value_or(Value{}))) {}

  Result<std::optional<Op>> decode(const history::Operation& operation) override {
    const Result<std::size_t> f = functions_.number(operation);
    if (!f) return Failure{f.error()};
    if (*f == 1) return decode_read(operation);
    if (operation.outcome == EventType::fail) return std::optional<Op>{};
    Op op;
    op.kind = add;
    op.a = elements_.number(operation.invoked);
    return std::optional<Op>{op};
  }

  void prepare() override {
    sets_ = SharedArrays((elements_.size() + 63) / 64);
    for (const std::vector<std::uint32_t>& elements : reads_) read_sets_.push_back(pack(elements));
    initial_set_ = pack(initial_);
  }

  State initial() override { return initial_set_; }
  bool grows() const override { return true; }

  State step(State state, const Op& op) override {
    switch (op.kind) {
      case add:
        return sets_.with_bit(state, op.a);
      case read:
        return state == read_sets_[op.a] ? state : refused;
      default:
        return state;
    }
  }

  std::string why(State state, const Op& op) override {
    const std::vector<std::uint32_t> held = sets_.bits(state);
    const std::vector<std::uint32_t>& seen = reads_[op.a];
    std::vector<std::uint32_t> missing;
    std::vector<std::uint32_t> extra;
    std::set_difference(held.begin(), held.end(), seen.begin(), seen.end(),
                        std::back_inserter(missing));
    std::set_difference(seen.begin(), seen.end(), held.begin(), held.end(),
                        std::back_inserter(extra));
    std::string text = show(op) + ", but";
    if (!missing.empty()) text += fmt::format(" {} in the set by then", list(missing, true));
    if (!missing.empty() && !extra.empty()) text += ", and";
    if (!extra.empty()) text += fmt::format(" {} not in the set yet", list(extra, true));
    return text;
  }

  std::string show(const Op& op) override {
    if (op.kind == add) return "added " + elements_.show(op.a);
    if (op.kind == glance) return "read an unrecorded set";
    const std::vector<std::uint32_t>& seen = reads_[op.a];
    return seen.empty() ? "read the empty set" : "read the set of " + list(seen, false);
  }

  std::string show_state(State state) override {
    const std::vector<std::uint32_t> held = sets_.bits(state);
    return held.empty() ? "the set is empty" : "the set holds " + list(held, false);
  }

  void produced(const Op& op, std::vector<std::uint32_t>& tokens) override {
    if (op.kind == add) tokens.push_back(op.a);
  }

  std::vector<Want> wants(const Op& op) override {
    if (op.kind != read) return {};
    return {Want{false, reads_[op.a]}};
  }

  std::optional<Op> weakened(const Op& op, const std::vector<bool>& stands) override {
    if (stands.empty() || stands[0]) return op;
    return std::nullopt;
  }

  std::optional<Finding> classify(Evidence& evidence) override {
    const std::uint32_t reader = evidence.observer();
    for (const std::uint32_t element : evidence.wanted(reader)) {
      if (auto finding = phantom(evidence, reader, element)) return finding;
    }
    return classify_collections(evidence, "lost element");
  }

  std::uint64_t memory() const override { return sets_.memory(); }

 private:
  Result<std::optional<Op>> decode_read(const history::Operation& operation) {
    if (operation.outcome != EventType::ok) return std::optional<Op>{};
    Op op;
    op.pure = true;
    if (operation.returned.is_nil() && options_.nil_read == NilRead::any) {
      op.kind = glance;
      return std::optional<Op>{op};
    }
    op.kind = read;
    const auto [place, fresh] = read_numbers_.try_emplace(
        operation.returned.bits(), static_cast<std::uint32_t>(reads_.size()));
    if (fresh) {
      const Value elements = history_.value(operation.returned);
      if (!is_elements(elements)) {
        return event_error(operation.completion,
                           "a vector, list or set as the value that :read returned",
                           elements.show());
      }
      reads_.push_back(numbers(elements));
    }
    op.a = place->second;
    return std::optional<Op>{op};
  }

  // The read stands, so whatever added an element of it is in the core.
  std::optional<Finding> phantom(Evidence& evidence, std::uint32_t reader, std::uint32_t element) {
    if (std::binary_search(initial_.begin(), initial_.end(), element)) return std::nullopt;
    for (const std::uint32_t i : evidence.core()) {
      if (evidence.produces(i, element) && evidence.op(i).call < evidence.op(reader).ret) {
        return std::nullopt;
      }
    }
    std::string text = fmt::format(
        "{}, but no operation that adds {} had been invoked by the time the read returned.",
        capital(evidence.did(reader)), shorten(elements_.show(element)));
    const std::string attempt = evidence.failed_attempt(element);
    return Finding{"phantom value", text + (attempt.empty() ? "" : " " + attempt)};
  }

  // Ascending, without repetition.
  std::vector<std::uint32_t> numbers(const Value& collection) {
    std::vector<std::uint32_t> found;
    if (collection.is_nil()) return found;
    for (const Value& item : collection.items()) found.push_back(elements_.number(item));
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
  }

  SharedArrays::Array pack(const std::vector<std::uint32_t>& elements) {
    std::vector<std::uint64_t> words((elements_.size() + 63) / 64);
    for (const std::uint32_t e : elements) words[e / 64] |= std::uint64_t{1} << (e % 64);
    return sets_.build(words);
  }

  std::string list(const std::vector<std::uint32_t>& elements, bool verb) const {
    constexpr std::size_t shown = 8;
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < elements.size() && i < shown; ++i) {
      parts.push_back(shorten(elements_.show(elements[i])));
    }
    if (elements.size() > shown) parts.push_back(fmt::format("{} more", elements.size() - shown));
    std::string text = enumerate(parts);
    if (verb) text += elements.size() == 1 ? " is" : " are";
    return text;
  }

  const history::History& history_;
  Functions functions_;
  const Options& options_;
  ValueTable elements_;
  std::vector<std::uint32_t> initial_;
  std::vector<std::vector<std::uint32_t>> reads_;                  // distinct, by number
  std::unordered_map<std::uint64_t, std::uint32_t> read_numbers_;  // by reference; never iterated
  SharedArrays sets_;
  std::vector<SharedArrays::Array> read_sets_;
  SharedArrays::Array initial_set_ = 0;
};

}  // namespace

Result<std::unique_ptr<Model>> make_set(const history::History& history, const Options& options) {
  const Value initial = options.initial.value_or(Value{});
  if (!initial.is_nil() && !is_elements(initial)) {
    return fail("expected a vector, list or set as the initial value of a set, found " +
                initial.show());
  }
  return std::unique_ptr<Model>(std::make_unique<SetModel>(history, options));
}

}  // namespace tribunal::checker::linearizability
