// Answers of stores as values of a history.
#include <string_view>

#include <fmt/format.h>

#include "checker/confluence/recorded.h"
#include "spec/instance.h"

namespace tribunal::checker::confluence {
namespace {

using history::Value;

Value stamp_value(const spec::Stamp& stamp) {
  return Value::pair(Value::integer(static_cast<std::int64_t>(stamp.time)),
                     Value::integer(stamp.replica));
}
Value stamps(const std::vector<spec::Stamp>& list) {
  std::vector<Value> items;
  for (const spec::Stamp& stamp : list) items.push_back(stamp_value(stamp));
  return Value::vector(std::move(items));
}
Value integers(const std::vector<std::int64_t>& list) {
  std::vector<Value> items;
  for (const std::int64_t number : list) items.push_back(Value::integer(number));
  return Value::vector(std::move(items));
}

class Map {
 public:
  Map& put(std::string_view key, Value value) {
    items_.push_back(Value::keyword(key));
    items_.push_back(std::move(value));
    return *this;
  }
  Value value() { return Value::map(std::move(items_)); }

 private:
  std::vector<Value> items_;
};

const char* word(spec::Change::What what) {
  switch (what) {
    case spec::Change::What::increase:
      return "increase";
    case spec::Change::What::assign:
      return "assign";
    case spec::Change::What::add:
      return "add";
    case spec::Change::What::remove:
      return "remove";
  }
  return "";
}

Value change_value(const spec::Layout& layout, const spec::Change& change) {
  std::vector<Value> items;
  items.push_back(Value::string(layout.show_cell(change.cell)));
  items.push_back(Value::keyword(word(change.what)));
  const bool of_set =
      change.what == spec::Change::What::add || change.what == spec::Change::What::remove;
  items.push_back(of_set ? stamps(change.observed) : Value::integer(change.value));
  return Value::vector(std::move(items));
}

Value event_value(const spec::Program& program, const spec::Event& event) {
  std::vector<Value> changes;
  for (const spec::Change& change : event.changes) {
    changes.push_back(change_value(program.layout(), change));
  }
  return Map()
      .put("event", stamp_value(event.stamp))
      .put("f", Value::keyword(program.spec().transactions[event.transaction].name))
      .put("args", integers(event.arguments))
      .put("past", stamps(event.past))
      .put("changes", Value::vector(std::move(changes)))
      .value();
}

// The names of what is bound come from the invariant, the values from the store.
Value violation_value(const spec::Program& program, const spec::Violation& violation) {
  const spec::Spec& spec = program.spec();
  const spec::Invariant& invariant = spec.invariants[violation.invariant];
  Map witness;
  const spec::Expr* bound = &spec.exprs[invariant.condition];
  for (const std::int64_t value : violation.witness) {
    if (bound->op != spec::Operator::forall) break;
    witness.put(bound->name, Value::string(program.layout().show_value(bound->domain, value)));
    bound = &spec.exprs[bound->operands[0]];
  }
  return Map()
      .put("invariant", Value::keyword(invariant.name))
      .put("witness", witness.value())
      .value();
}

}  // namespace

Value recorded_receipt(const spec::Receipt& receipt) {
  return Map()
      .put("event", stamp_value(receipt.stamp))
      .put("args", integers(receipt.arguments))
      .put("past", stamps(receipt.past))
      .value();
}

Value recorded_inspection(const spec::Program& program, const spec::Inspection& inspection) {
  Map map;
  map.put("frontier", stamps(inspection.frontier));
  map.put("digest", Value::string(fmt::format("{:016x}", inspection.digest)));
  std::vector<Value> violated;
  for (const spec::Violation& violation : inspection.violated) {
    if (violation.invariant >= program.spec().invariants.size()) continue;
    violated.push_back(violation_value(program, violation));
  }
  map.put("violated", Value::vector(std::move(violated)));
  if (inspection.overflowed) map.put("overflowed", Value::boolean(true));
  if (!inspection.full) return map.value();
  std::vector<Value> events;
  for (const spec::Event& event : inspection.events) {
    if (spec::fits(program.layout(), event)) events.push_back(event_value(program, event));
  }
  return map.put("events", Value::vector(std::move(events))).value();
}

std::string recorded_refusal(const spec::Program& program, const spec::Refusal& refusal) {
  switch (refusal.outcome) {
    case spec::Outcome::committed:
      break;
    case spec::Outcome::guard:
      return "guard";
    case spec::Outcome::invariant:
      if (refusal.invariant >= program.spec().invariants.size()) break;
      return "invariant/" + program.spec().invariants[refusal.invariant].name;
    case spec::Outcome::overflow:
      return "overflow";
    case spec::Outcome::argument:
      return "argument";
    case spec::Outcome::exhausted:
      return "exhausted";
  }
  return "mismatch";
}

}  // namespace tribunal::checker::confluence
