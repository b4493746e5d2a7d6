// Values of a history as the answers of stores that they were.
#include "checker/confluence/recorded.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include "checker/confluence/recorded_values.h"
#include "spec/instance.h"

namespace tribunal::checker::confluence {
namespace {

using history::Value;

// Reads parts of a value; once something is not as it should be, nothing is.
class Reader {
 public:
  bool ok() const { return ok_; }

  // The value of a keyword in a map; nil: it is not there.
  Value find(const Value& map, std::string_view key) {
    expect(map.kind() == Value::Kind::map);
    if (!ok_) return {};
    const std::vector<Value>& items = map.items();
    for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
      if (items[i].kind() == Value::Kind::keyword && items[i].text() == key) return items[i + 1];
    }
    return {};
  }
  std::vector<Value> list(const Value& value) {
    expect(value.is_sequence());
    return ok_ ? value.items() : std::vector<Value>{};
  }
  std::int64_t integer(const Value& value) {
    expect(value.is_integer());
    return ok_ ? value.as_integer() : 0;
  }
  std::string text(const Value& value) {
    expect(value.is_text());
    return ok_ ? value.text() : "";
  }
  std::vector<std::int64_t> integers(const Value& value) {
    std::vector<std::int64_t> numbers;
    for (const Value& item : list(value)) numbers.push_back(integer(item));
    return numbers;
  }
  spec::Stamp stamp(const Value& value) {
    const std::vector<std::int64_t> pair = integers(value);
    expect(pair.size() == 2 && pair[0] >= 0 && pair[1] >= 0 &&
           pair[1] <= std::numeric_limits<std::uint32_t>::max());
    if (!ok_) return {};
    return {static_cast<std::uint64_t>(pair[0]), static_cast<std::uint32_t>(pair[1])};
  }
  std::vector<spec::Stamp> stamps(const Value& value) {
    std::vector<spec::Stamp> all;
    for (const Value& item : list(value)) all.push_back(stamp(item));
    return all;
  }
  RecordedChange change(const Value& value) {
    const std::vector<Value> parts = list(value);
    expect(parts.size() == 3);
    RecordedChange change;
    if (!ok_) return change;
    change.cell = text(parts[0]);
    const std::string what = text(parts[1]);
    const char* const words[] = {"increase", "assign", "add", "remove"};
    const auto place = std::find(std::begin(words), std::end(words), what);
    expect(place != std::end(words));
    if (!ok_) return change;
    change.what = static_cast<spec::Change::What>(place - std::begin(words));
    const bool of_set = change.what >= spec::Change::What::add;
    if (of_set) change.observed = stamps(parts[2]);
    if (!of_set) change.value = integer(parts[2]);
    return change;
  }
  RecordedEvent event(const Value& value) {
    RecordedEvent event;
    event.stamp = stamp(find(value, "event"));
    event.transaction = text(find(value, "f"));
    event.arguments = integers(find(value, "args"));
    event.past = stamps(find(value, "past"));
    for (const Value& item : list(find(value, "changes"))) event.changes.push_back(change(item));
    return event;
  }
  RecordedViolation violation(const Value& value) {
    RecordedViolation violation;
    violation.invariant = text(find(value, "invariant"));
    const Value witness = find(value, "witness");
    expect(witness.kind() == Value::Kind::map);
    if (!ok_) return violation;
    for (std::size_t i = 0; i + 1 < witness.items().size(); i += 2) {
      violation.witness.emplace_back(text(witness.items()[i]), text(witness.items()[i + 1]));
    }
    return violation;
  }

 private:
  void expect(bool holds) { ok_ = ok_ && holds; }
  bool ok_ = true;
};

std::string error_of(const history::History& history, std::uint32_t completion) {
  if (completion == history::no_event) return "";
  const Value error = history.value(history.event(completion).error);
  return error.is_text() ? error.text() : "";
}

void take(const history::History& history, const history::Operation& operation,
          RecordedInstance& instance) {
  const bool ok = operation.outcome == history::EventType::ok;
  const std::uint16_t node = operation.completion == history::no_event
                                 ? history::no_node
                                 : history.event(operation.completion).node;
  if (history.name(operation.f) == inspect_name) {
    auto inspection = ok ? read_inspection(history.value(operation.returned)) : std::nullopt;
    if (!inspection) return;
    inspection->invocation = operation.invocation;
    inspection->completion = operation.completion;
    inspection->node = node;
    instance.inspections.push_back(*std::move(inspection));
    return;
  }
  RecordedTransaction transaction;
  transaction.invocation = operation.invocation;
  transaction.completion = operation.completion;
  transaction.name = history.name(operation.f);
  Reader in;
  const Value chosen = history.value(operation.invoked);
  if (!chosen.is_nil()) transaction.chosen = in.integers(chosen);
  transaction.outcome = operation.outcome;
  transaction.refusal = error_of(history, operation.completion);
  transaction.node = node;
  if (ok) transaction.receipt = read_receipt(history.value(operation.returned));
  if (in.ok()) instance.transactions.push_back(std::move(transaction));
}

}  // namespace

std::optional<spec::Receipt> read_receipt(const Value& value) {
  Reader in;
  spec::Receipt receipt;
  receipt.stamp = in.stamp(in.find(value, "event"));
  receipt.arguments = in.integers(in.find(value, "args"));
  receipt.past = in.stamps(in.find(value, "past"));
  return in.ok() ? std::optional(std::move(receipt)) : std::nullopt;
}

std::optional<RecordedInspection> read_inspection(const Value& value) {
  Reader in;
  RecordedInspection inspection;
  inspection.frontier = in.stamps(in.find(value, "frontier"));
  inspection.digest = in.text(in.find(value, "digest"));
  for (const Value& item : in.list(in.find(value, "violated"))) {
    inspection.violated.push_back(in.violation(item));
  }
  inspection.overflowed = !in.find(value, "overflowed").is_nil();
  const Value events = in.find(value, "events");
  inspection.full = !events.is_nil();
  if (inspection.full) {
    for (const Value& item : in.list(events)) inspection.events.push_back(in.event(item));
  }
  return in.ok() ? std::optional(std::move(inspection)) : std::nullopt;
}

std::vector<RecordedInstance> recorded(const history::History& history) {
  std::vector<RecordedInstance> instances;
  std::map<std::pair<bool, std::uint64_t>, std::size_t> places;  // by key
  for (const history::Operation& operation : history.operations()) {
    const auto [place, fresh] =
        places.try_emplace({operation.has_key, operation.key.bits()}, instances.size());
    if (fresh) instances.push_back({operation.key, operation.has_key, {}, {}});
    take(history, operation, instances[place->second]);
  }
  return instances;
}

EventReader::EventReader(spec::Program program) : program_(std::move(program)) {
  const spec::Layout& layout = program_.layout();
  for (spec::Cell cell = 0; cell < layout.cells(); ++cell) cells_[layout.show_cell(cell)] = cell;
}

std::optional<spec::Event> EventReader::read(const RecordedEvent& recorded) const {
  const auto transaction = program_.transaction(recorded.transaction);
  if (!transaction) return std::nullopt;
  spec::Event event{recorded.stamp, *transaction, recorded.arguments, {}, recorded.past};
  for (const RecordedChange& change : recorded.changes) {
    const auto cell = cells_.find(change.cell);
    if (cell == cells_.end()) return std::nullopt;
    event.changes.push_back({cell->second, change.what, change.value, change.observed});
  }
  return spec::fits(program_.layout(), event) ? std::optional(std::move(event)) : std::nullopt;
}

}  // namespace tribunal::checker::confluence
