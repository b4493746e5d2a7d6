// Parsing of operations, model by model.
#include "verify/operations.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace tribunal::verify {

namespace {

using history::EventType;
using history::Operation;
using history::Value;
using history::ValueRef;
using Kind = Value::Kind;

constexpr std::array<std::pair<std::string_view, Model>, 6> model_names{
    {{"register", Model::reg},
     {"cas-register", Model::cas_register},
     {"multi-register", Model::multi_register},
     {"kv", Model::kv},
     {"set", Model::set},
     {"mutex", Model::mutex}}};

bool is_collection(const Value& value) { return value.is_sequence() || value.kind() == Kind::set; }

class Reader {
 public:
  Reader(const history::History& history, const Rules& rules) : history_(history), rules_(rules) {
    out_.domain = domain(rules.model);
    read_initial();
  }

  Status read(const Operation& operation);
  KeyHistory take() { return std::move(out_); }

 private:
  enum class Action { read, write, cas, txn, get, put, append, add, read_all, acquire, release };

  // One [:read k v] or [:write k v].
  struct Micro {
    bool writes;
    std::uint32_t cell;
    Value value;
  };

  void read_initial();
  std::optional<Action> action_of(const std::string& f) const;
  Failure<Error> malformed(std::uint32_t event, std::string_view wanted, const Value& found) const;
  Result<std::vector<Micro>> micros(std::uint32_t event, const Value& value);
  std::uint32_t cell(const Value& name);

  bool observes(const Operation& operation, const Value& seen) const {
    return operation.outcome == EventType::ok && !(rules_.nil_reads_anything && seen.is_nil());
  }
  void demand(Op& op, std::uint32_t name, const Value& value, bool negated = false) {
    op.observes = true;
    out_.demands.push_back({name, negated, out_.pool.intern(value)});
  }
  void change(std::uint32_t name, const Value& value) {
    out_.changes.push_back({name, false, out_.pool.intern(value)});
  }

  Status fill(Action action, const Operation& operation, Op& op);
  Status fill_cas(const Operation& operation, const Value& asked, Op& op);
  Status fill_txn(const Operation& operation, const Value& asked, Op& op);
  void fill_cells(const Operation& operation, const std::vector<Micro>& asked,
                  const std::vector<Micro>& seen, Op& op);
  Status fill_get(const Operation& operation, const Value& seen, Op& op);
  Status fill_read_all(const Operation& operation, const Value& seen, Op& op);

  const history::History& history_;
  const Rules& rules_;
  KeyHistory out_;
  std::unordered_map<std::uint64_t, std::uint32_t> cells_;  // bits of the interned name → cell
};

void Reader::read_initial() {
  const Value& initial = rules_.initial;
  switch (rules_.model) {
    case Model::multi_register:
      if (initial.kind() != Kind::map) return;
      for (std::size_t i = 0; i + 1 < initial.items().size(); i += 2) {
        out_.initial[cell(initial.items()[i])] = out_.pool.intern(initial.items()[i + 1]);
      }
      return;
    case Model::mutex:
      out_.initial.push_back(out_.pool.intern(Value::boolean(false)));
      return;
    case Model::set:
      if (!is_collection(initial)) return;
      for (const Value& item : initial.items()) out_.initial.push_back(out_.pool.intern(item));
      return;
    default:
      out_.initial.push_back(out_.pool.intern(initial));
  }
}

std::optional<Reader::Action> Reader::action_of(const std::string& f) const {
  switch (rules_.model) {
    case Model::cas_register:
      if (f == "cas") return Action::cas;
      [[fallthrough]];
    case Model::reg:
      if (f == "read") return Action::read;
      if (f == "write") return Action::write;
      return {};
    case Model::multi_register:
      if (f == "txn") return Action::txn;
      return {};
    case Model::kv:
      if (f == "get") return Action::get;
      if (f == "put") return Action::put;
      if (f == "append") return Action::append;
      return {};
    case Model::set:
      if (f == "add") return Action::add;
      if (f == "read") return Action::read_all;
      return {};
    case Model::mutex:
      if (f == "acquire") return Action::acquire;
      if (f == "release") return Action::release;
      return {};
  }
  return {};
}

Failure<Error> Reader::malformed(std::uint32_t event, std::string_view wanted,
                                 const Value& found) const {
  return fail(fmt::format("event {} of the history ({} {}): expected {}, found {}", event,
                          name(history_.type(event)), quote(history_.name(history_.f(event))),
                          wanted, quote(found.show())));
}

std::uint32_t Reader::cell(const Value& name) {
  const auto [at, fresh] =
      cells_.try_emplace(out_.pool.intern(name).bits(), static_cast<std::uint32_t>(cells_.size()));
  if (fresh) out_.initial.push_back(ValueRef{});
  return at->second;
}

Result<std::vector<Reader::Micro>> Reader::micros(std::uint32_t event, const Value& value) {
  constexpr std::string_view wanted = "micro-operations such as [[:read k v] [:write k v]]";
  if (!value.is_sequence()) return malformed(event, wanted, value);
  std::vector<Micro> out;
  for (const Value& item : value.items()) {
    if (!item.is_sequence() || item.items().size() != 3) return malformed(event, wanted, item);
    const Value& f = item.items()[0];
    if (f.kind() != Kind::keyword) return malformed(event, wanted, item);
    const bool writes = f.text() == "write";
    if (!writes && f.text() != "read") return malformed(event, wanted, item);
    out.push_back({writes, cell(item.items()[1]), item.items()[2]});
  }
  return out;
}

Status Reader::fill_cas(const Operation& operation, const Value& asked, Op& op) {
  if (!asked.is_sequence() || asked.items().size() != 2) {
    return malformed(operation.invocation, "[old new]", asked);
  }
  // A failed cas is only looked at when it says that the value was another one.
  const bool failed = operation.outcome == EventType::fail;
  demand(op, 0, asked.items()[0], failed);
  if (!failed) change(0, asked.items()[1]);
  return {};
}

Status Reader::fill_txn(const Operation& operation, const Value& asked, Op& op) {
  auto invoked = micros(operation.invocation, asked);
  if (!invoked.ok()) return Failure{invoked.error()};
  std::vector<Micro> seen;
  if (operation.outcome == EventType::ok) {
    const Value returned = history_.value(operation.returned);
    auto completed = micros(operation.completion, returned);
    if (!completed.ok()) return Failure{completed.error()};
    seen = std::move(*completed);
    const bool same = std::equal(
        seen.begin(), seen.end(), invoked->begin(), invoked->end(),
        [](const Micro& a, const Micro& b) { return a.writes == b.writes && a.cell == b.cell; });
    if (!same) {
      return malformed(operation.completion, "the micro-operations of its invocation", returned);
    }
  }
  fill_cells(operation, *invoked, seen, op);
  return {};
}

void Reader::fill_cells(const Operation& operation, const std::vector<Micro>& asked,
                        const std::vector<Micro>& seen, Op& op) {
  std::map<std::uint32_t, const Value*> own;  // what this txn has written so far
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (asked[i].writes) {
      own[asked[i].cell] = &asked[i].value;
    } else if (!seen.empty() && observes(operation, seen[i].value)) {
      const auto written = own.find(asked[i].cell);
      if (written == own.end()) {
        demand(op, asked[i].cell, seen[i].value);
      } else if (!(*written->second == seen[i].value)) {
        op.broken = true;
      }
    }
  }
  for (const auto& [cell, value] : own) change(cell, *value);
}

Status Reader::fill_get(const Operation& operation, const Value& seen, Op& op) {
  if (operation.outcome == EventType::ok && !seen.is_nil() && seen.kind() != Kind::string) {
    return malformed(operation.completion, "a string or nil", seen);
  }
  if (observes(operation, seen)) demand(op, 0, seen);
  return {};
}

Status Reader::fill_read_all(const Operation& operation, const Value& seen, Op& op) {
  if (!observes(operation, seen)) return {};
  if (!is_collection(seen)) return malformed(operation.completion, "a vector, list or set", seen);
  for (const Value& item : seen.items()) demand(op, 0, item);
  op.observes = true;
  const auto begin = out_.demands.begin() + op.first_demand;
  std::sort(begin, out_.demands.end(),
            [](const Part& a, const Part& b) { return a.value < b.value; });
  out_.demands.erase(std::unique(begin, out_.demands.end(),
                                 [](const Part& a, const Part& b) { return a.value == b.value; }),
                     out_.demands.end());
  return {};
}

Status Reader::fill(Action action, const Operation& operation, Op& op) {
  const Value asked = history_.value(operation.invoked);
  const Value seen = history_.value(operation.returned);
  switch (action) {
    case Action::read:
      if (observes(operation, seen)) demand(op, 0, seen);
      return {};
    case Action::cas:
      return fill_cas(operation, asked, op);
    case Action::txn:
      return fill_txn(operation, asked, op);
    case Action::get:
      return fill_get(operation, seen, op);
    case Action::put:
    case Action::append:
      if (asked.kind() != Kind::string) return malformed(operation.invocation, "a string", asked);
      op.appends = action == Action::append;
      change(0, asked);
      return {};
    case Action::write:
    case Action::add:
      change(0, asked);
      return {};
    case Action::read_all:
      return fill_read_all(operation, seen, op);
    case Action::acquire:
    case Action::release:
      demand(op, 0, Value::boolean(action == Action::release));
      change(0, Value::boolean(action == Action::acquire));
      return {};
  }
  return {};
}

Status Reader::read(const Operation& operation) {
  const std::string& f = history_.name(operation.f);
  const std::optional<Action> action = action_of(f);
  if (!action) {
    return fail(fmt::format("event {} of the history: the model has no operation '{}'",
                            operation.invocation, quote(f)));
  }
  Op op;
  op.invocation = operation.invocation;
  op.producers = operation.producers;
  const bool failed = operation.outcome == EventType::fail;
  op.required = operation.outcome == EventType::ok ||
                (failed && *action == Action::cas && rules_.observe_failed_cas);
  op.failed = failed && !op.required;
  if (operation.outcome != EventType::info) op.end = operation.completion;
  op.first_demand = static_cast<std::uint32_t>(out_.demands.size());
  op.first_change = static_cast<std::uint32_t>(out_.changes.size());
  if (Status filled = fill(*action, operation, op); !filled.ok()) return filled;
  if (op.failed) {  // asked for something sensible, but nothing came of it
    op.observes = false;
    out_.demands.resize(op.first_demand);
    out_.changes.resize(op.first_change);
  }
  op.demand_count = static_cast<std::uint32_t>(out_.demands.size()) - op.first_demand;
  op.change_count = static_cast<std::uint32_t>(out_.changes.size()) - op.first_change;
  out_.ops.push_back(op);
  return {};
}

}  // namespace

Result<Model> find_model(std::string_view name) {
  for (const auto& [known, model] : model_names) {
    if (known == name) return model;
  }
  std::vector<std::string> known;
  for (const auto& entry : model_names) known.emplace_back(entry.first);
  return fail(unknown_name("model", name, known));
}

Domain domain(Model model) {
  if (model == Model::kv) return Domain::text;
  return model == Model::set ? Domain::elements : Domain::cells;
}

Status check_initial(const Rules& rules) {
  const Value& initial = rules.initial;
  const auto refuse = [&](std::string_view wanted) {
    return fail(fmt::format("initial: expected {}, found {}", wanted, quote(initial.show())));
  };
  if (initial.is_nil()) return {};
  switch (rules.model) {
    case Model::multi_register:
      if (initial.kind() != Kind::map) return refuse("a map or nil");
      return {};
    case Model::kv:
      if (initial.kind() != Kind::string) return refuse("a string or nil");
      return {};
    case Model::set:
      if (!is_collection(initial)) return refuse("a vector, list, set or nil");
      return {};
    default:
      return {};
  }
}

const Op* KeyHistory::find(std::uint32_t invocation) const {
  const auto at = std::lower_bound(ops.begin(), ops.end(), invocation,
                                   [](const Op& op, std::uint32_t i) { return op.invocation < i; });
  return at != ops.end() && at->invocation == invocation ? &*at : nullptr;
}

Result<KeyHistory> read_operations(const history::History& history,
                                   std::span<const Operation> operations, const Rules& rules) {
  Reader reader(history, rules);
  for (const Operation& operation : operations) {
    if (Status status = reader.read(operation); !status.ok()) return Failure{status.error()};
  }
  return reader.take();
}

}  // namespace tribunal::verify
