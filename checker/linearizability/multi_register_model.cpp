// Model `multi-register`: transactions that read and write many registers at one instant. A state
// is a shared array with the number of a value for each register (0, nil, for those never written);
// a token is a value in a register.
#include <map>
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

struct Cell {
  std::uint32_t reg = 0;
  std::uint32_t value = 0;
  friend auto operator<=>(const Cell&, const Cell&) = default;
};

// What is left of a transaction from outside: the reads before its own writes, and the last write
// of each register. `torn` is a read after a write of its own that returned something else.
struct Txn {
  std::vector<Cell> reads;
  std::vector<Cell> writes;
  std::vector<Cell> torn;
  friend auto operator<=>(const Txn&, const Txn&) = default;
};

class MultiRegisterModel final : public Model {
 public:
  MultiRegisterModel(const history::History& history, const Options& options)
      : history_(history),
        functions_(history, options.model, find_model(options.model)->functions),
        options_(options),
        names_(history),
        values_(history) {
    if (!options.initial.has_value() || options.initial->is_nil()) return;
    const std::vector<Value>& items = options.initial->items();
    for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
      initial_cells_.push_back({names_.number(items[i]), values_.number(items[i + 1])});
    }
  }

  Result<std::optional<Op>> decode(const history::Operation& operation) override {
    const Result<std::size_t> f = functions_.number(operation);
    if (!f) return Failure{f.error()};
    const Result<Txn> txn = decode_txn(operation);
    if (!txn) return Failure{txn.error()};
    if (operation.outcome == EventType::fail) return std::optional<Op>{};
    if (operation.outcome == EventType::info && txn->writes.empty()) return std::optional<Op>{};
    return std::optional<Op>{make(*txn)};
  }

  void prepare() override {
    banks_ = SharedArrays(names_.size());
    initial_ = 0;
    for (const Cell& cell : initial_cells_) initial_ = banks_.set(initial_, cell.reg, cell.value);
  }

  State initial() override { return initial_; }

  State step(State state, const Op& op) override {
    const Txn& txn = txns_[op.a];
    if (!txn.torn.empty()) return refused;
    for (const Cell& cell : txn.reads) {
      if (banks_.get(state, cell.reg) != cell.value) return refused;
    }
    for (const Cell& cell : txn.writes) state = banks_.set(state, cell.reg, cell.value);
    return state;
  }

  std::string why(State state, const Op& op) override {
    const Txn& txn = txns_[op.a];
    for (const Cell& cell : txn.reads) {
      const auto held = static_cast<std::uint32_t>(banks_.get(state, cell.reg));
      if (held != cell.value) {
        return fmt::format("read {} in {}, but it holds {}", text(cell.value),
                           names_.show(cell.reg), text(held));
      }
    }
    if (txn.torn.empty()) return "";
    return fmt::format("read {} in {}, but had written another value there itself",
                       text(txn.torn[0].value), names_.show(txn.torn[0].reg));
  }

  std::string show(const Op& op) override {
    const Txn& txn = txns_[op.a];
    std::vector<std::string> parts;
    for (const auto* reads : {&txn.reads, &txn.torn}) {
      for (const Cell& cell : *reads) {
        parts.push_back(fmt::format("read {} in {}", text(cell.value), names_.show(cell.reg)));
      }
    }
    for (const Cell& cell : txn.writes) {
      parts.push_back(fmt::format("wrote {} to {}", text(cell.value), names_.show(cell.reg)));
    }
    return parts.empty() ? "did nothing" : enumerate(parts);
  }

  std::string show_state(State state) override {
    std::vector<std::string> parts;
    for (std::uint32_t reg = 0; reg < names_.size() && parts.size() < 8; ++reg) {
      const auto held = static_cast<std::uint32_t>(banks_.get(state, reg));
      if (held != 0) parts.push_back(fmt::format("{} holds {}", names_.show(reg), text(held)));
    }
    return parts.empty() ? "every register holds nil" : enumerate(parts);
  }

  void produced(const Op& op, std::vector<std::uint32_t>& tokens) override {
    for (const Cell& cell : txns_[op.a].writes) tokens.push_back(token(cell));
  }

  std::vector<Want> wants(const Op& op) override {
    std::vector<Want> wants;
    for (const Cell& cell : txns_[op.a].reads) wants.push_back(Want{false, {token(cell)}});
    return wants;
  }

  std::optional<Op> weakened(const Op& op, const std::vector<bool>& stands) override {
    Txn weak = txns_[op.a];
    weak.reads.clear();
    for (std::size_t i = 0; i < stands.size(); ++i) {
      if (stands[i]) weak.reads.push_back(txns_[op.a].reads[i]);
    }
    if (weak == Txn{}) return std::nullopt;
    Op made = make(weak);
    made.call = op.call;
    made.ret = op.ret;
    return made;
  }

  std::optional<Finding> classify(Evidence& evidence) override {
    const std::uint32_t observer = evidence.observer();
    if (!txns_[evidence.op(observer).a].torn.empty()) {
      return Finding{
          "internal inconsistency",
          capital(evidence.did(observer)) + ", but " + why(initial_, evidence.op(observer)) +
              ". No other operation can explain that, for a transaction is one instant."};
    }
    return classify_registers(evidence,
                              [this](std::uint32_t token) { return token_registers_[token]; });
  }

  std::uint64_t memory() const override { return banks_.memory(); }

 private:
  struct Micro {
    bool write = false;
    Value reg;
    Value value;
  };

  static std::optional<Micro> micro(const Value& item) {
    if (!item.is_sequence() || item.items().size() != 3 || !item.items()[0].is_text()) return {};
    const std::string& f = item.items()[0].text();
    if (f != "read" && f != "write") return {};
    return Micro{f == "write", item.items()[1], item.items()[2]};
  }

  // Shape is checked for every operation, what was read only where it completed.
  Result<Txn> decode_txn(const history::Operation& operation) {
    const Value asked = history_.value(operation.invoked);
    if (!asked.is_sequence()) {
      return event_error(operation.invocation, "a vector of [:read k v] and [:write k v]",
                         asked.show());
    }
    const bool ok = operation.outcome == EventType::ok;
    const Value answer = ok ? history_.value(operation.returned) : Value{};
    if (ok && (!answer.is_sequence() || answer.items().size() != asked.items().size())) {
      return event_error(operation.completion,
                         "the micro-operations of event " + std::to_string(operation.invocation) +
                             " with what was read",
                         answer.show());
    }
    Txn txn;
    std::map<std::uint32_t, std::uint32_t> written;
    for (std::size_t i = 0; i < asked.items().size(); ++i) {
      const std::optional<Micro> m = micro(asked.items()[i]);
      if (!m.has_value()) {
        return event_error(operation.invocation, "[:read k v] or [:write k v]",
                           asked.items()[i].show());
      }
      const std::uint32_t reg = names_.number(m->reg);
      if (m->write) written[reg] = values_.number(m->value);
      if (!ok) continue;
      const std::optional<Micro> got = micro(answer.items()[i]);
      if (!got.has_value() || got->write != m->write || !(got->reg == m->reg)) {
        return event_error(operation.completion, "the answer to " + asked.items()[i].show(),
                           answer.items()[i].show());
      }
      if (!m->write) observe(txn, written, reg, got->value);
    }
    for (const auto& [reg, value] : written) txn.writes.push_back({reg, value});
    return txn;
  }

  void observe(Txn& txn, const std::map<std::uint32_t, std::uint32_t>& written, std::uint32_t reg,
               const Value& value) {
    if (value.is_nil() && options_.nil_read == NilRead::any) return;
    const Cell cell{reg, values_.number(value)};
    const auto own = written.find(reg);
    if (own != written.end()) {
      if (own->second != cell.value) txn.torn.push_back(cell);
      return;
    }
    for (const Cell& before : txn.reads) {
      if (before == cell) return;
    }
    txn.reads.push_back(cell);
  }

  Op make(const Txn& txn) {
    const auto [place, fresh] =
        txn_numbers_.try_emplace(txn, static_cast<std::uint32_t>(txns_.size()));
    if (fresh) txns_.push_back(txn);
    Op op;
    op.a = place->second;
    op.pure = txn.writes.empty();
    return op;
  }

  std::uint32_t token(const Cell& cell) {
    const std::uint64_t key = (std::uint64_t{cell.reg} << 32) | cell.value;
    const auto [place, fresh] =
        tokens_.try_emplace(key, static_cast<std::uint32_t>(tokens_.size()));
    if (fresh) token_registers_.push_back(cell.reg);
    return place->second;
  }

  std::string text(std::uint32_t value) const { return shorten(values_.show(value)); }

  const history::History& history_;
  Functions functions_;
  const Options& options_;
  ValueTable names_;
  ValueTable values_;
  std::vector<Cell> initial_cells_;
  std::vector<Txn> txns_;  // distinct, by number
  std::map<Txn, std::uint32_t> txn_numbers_;
  std::unordered_map<std::uint64_t, std::uint32_t> tokens_;  // never iterated
  std::vector<std::uint32_t> token_registers_;
  SharedArrays banks_;
  State initial_ = 0;
};

}  // namespace

Result<std::unique_ptr<Model>> make_multi_register(const history::History& history,
                                                   const Options& options) {
  const Value initial = options.initial.value_or(Value{});
  if (!initial.is_nil() && initial.kind() != Value::Kind::map) {
    return fail("expected a map as the initial value of multi-register, found " + initial.show());
  }
  return std::unique_ptr<Model>(std::make_unique<MultiRegisterModel>(history, options));
}

}  // namespace tribunal::checker::linearizability
