// Model `register`: read and write. Model `cas-register`: also compare-and-set. A state is the
// number of the value that the register holds, and so is a token.
#include <fmt/core.h>

#include "checker/linearizability/decoding.h"
#include "checker/linearizability/evidence.h"
#include "checker/linearizability/model.h"
#include "checker/linearizability/value_table.h"

namespace tribunal::checker::linearizability {

namespace {

using history::EventType;

// mismatch: a failed cas under --failed-cas observe, which saw another value than a.
// glance: a read of nil under --nil-read any, which saw anything.
enum Kind : std::uint8_t { read, write, cas, mismatch, glance };

class RegisterModel final : public Model {
 public:
  RegisterModel(const history::History& history, const Options& options)
      : history_(history),
        functions_(history, options.model, find_model(options.model)->functions),
        options_(options),
        values_(history),
        initial_(values_.number(options.initial.value_or(history::Value{}))) {}

  Result<std::optional<Op>> decode(const history::Operation& operation) override {
    const Result<std::size_t> f = functions_.number(operation);
    if (!f) return Failure{f.error()};
    switch (*f) {
      case 0:
        return decode_read(operation);
      case 1:
        return decode_write(operation);
      default:
        return decode_cas(operation);
    }
  }

  State initial() override { return initial_; }

  State step(State state, const Op& op) override {
    switch (op.kind) {
      case read:
        return state == op.a ? state : refused;
      case write:
        return op.a;
      case cas:
        return state == op.a ? op.b : refused;
      case mismatch:
        return state != op.a ? state : refused;
      default:
        return state;
    }
  }

  std::string why(State state, const Op& op) override {
    switch (op.kind) {
      case read:
        return fmt::format("read {}, but the register holds {}", text(op.a), text(state));
      case cas:
        return fmt::format("compared with {} and set {}, but the register holds {}", text(op.a),
                           text(op.b), text(state));
      case mismatch:
        return fmt::format("failed to compare with {}, but the register holds {}", text(op.a),
                           text(state));
      default:
        return "";
    }
  }

  std::string show(const Op& op) override {
    switch (op.kind) {
      case read:
        return "read " + text(op.a);
      case write:
        return "wrote " + text(op.a);
      case cas:
        return fmt::format("compared with {} and set {}", text(op.a), text(op.b));
      case mismatch:
        return fmt::format("failed to compare with {}", text(op.a));
      default:
        return "read an unrecorded value";
    }
  }

  std::string show_state(State state) override {
    return fmt::format("the register holds {}", text(state));
  }

  void produced(const Op& op, std::vector<std::uint32_t>& tokens) override {
    if (op.kind == write) tokens.push_back(op.a);
    if (op.kind == cas) tokens.push_back(op.b);
  }

  std::vector<Want> wants(const Op& op) override {
    if (op.kind == read || op.kind == cas) return {Want{false, {op.a}}};
    if (op.kind == mismatch) return {Want{true, {op.a}}};
    return {};
  }

  std::optional<Op> weakened(const Op& op, const std::vector<bool>& stands) override {
    if (stands.empty() || stands[0]) return op;
    if (op.kind != cas) return std::nullopt;
    Op blind = op;
    blind.kind = write;
    blind.a = op.b;
    blind.b = 0;
    blind.pure = false;
    return blind;
  }

  std::optional<Finding> classify(Evidence& evidence) override {
    return classify_registers(evidence, [](std::uint32_t) { return 0U; });
  }

 private:
  static Op make(Kind kind, bool pure, std::uint32_t a, std::uint32_t b = 0) {
    Op op;
    op.kind = kind;
    op.pure = pure;
    op.a = a;
    op.b = b;
    return op;
  }

  Result<std::optional<Op>> decode_read(const history::Operation& operation) {
    if (operation.outcome != EventType::ok) return std::optional<Op>{};
    if (operation.returned.is_nil() && options_.nil_read == NilRead::any) {
      return std::optional<Op>{make(glance, true, 0)};
    }
    return std::optional<Op>{make(read, true, values_.number(operation.returned))};
  }

  Result<std::optional<Op>> decode_write(const history::Operation& operation) {
    if (operation.outcome == EventType::fail) return std::optional<Op>{};
    return std::optional<Op>{make(write, false, values_.number(operation.invoked))};
  }

  Result<std::optional<Op>> decode_cas(const history::Operation& operation) {
    const history::Value pair = history_.value(operation.invoked);
    if (!pair.is_sequence() || pair.items().size() != 2) {
      return event_error(operation.invocation, "[old new] as the value of :cas", pair.show());
    }
    if (operation.outcome == EventType::fail && options_.failed_cas == FailedCas::ignore) {
      return std::optional<Op>{};
    }
    const std::uint32_t a = values_.number(pair.items()[0]);
    const std::uint32_t b = values_.number(pair.items()[1]);
    if (operation.outcome == EventType::fail) return std::optional<Op>{make(mismatch, true, a)};
    return std::optional<Op>{make(cas, a == b, a, b)};
  }

  std::string text(std::uint32_t value) const { return shorten(values_.show(value)); }

  const history::History& history_;
  Functions functions_;
  const Options& options_;
  ValueTable values_;
  State initial_;
};

}  // namespace

Result<std::unique_ptr<Model>> make_register(const history::History& history,
                                             const Options& options) {
  return std::unique_ptr<Model>(std::make_unique<RegisterModel>(history, options));
}

}  // namespace tribunal::checker::linearizability
