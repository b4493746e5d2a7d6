#include "workloads/script.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "workloads/generators/node.h"

namespace tribunal::workloads {
namespace {

using history::EventType;
using history::Value;

Result<Value> parse_value(const std::string& text) {
  if (text == "nil") return Value();
  const bool list = text.size() >= 2 && text.front() == '[' && text.back() == ']';
  if (!list) {
    const auto number = parse_integer(text);
    if (!number)
      return fail(
          fmt::format("expected an integer, nil or a list such as [1 2], found {}", quote(text)));
    return Value::integer(*number);
  }
  std::vector<Value> items;
  for (const std::string& word : split(text.substr(1, text.size() - 2), ' ')) {
    if (word.empty()) continue;
    const auto number = parse_integer(word);
    if (!number) return fail(fmt::format("expected integers in the list, found {}", quote(word)));
    items.push_back(Value::integer(*number));
  }
  return Value::vector(std::move(items));
}

Result<NodeId> parse_node(const std::string& text) {
  const auto number = text.size() > 1 && text.front() == 'n'
                          ? parse_integer(std::string_view(text).substr(1))
                          : Result<std::int64_t>(fail(""));
  if (!number || *number < 1 || *number > 64)
    return fail(fmt::format("expected a node such as n1, found {}", quote(text)));
  return NodeId{static_cast<std::uint16_t>(*number - 1)};
}

Status read_field(Scripted& operation, const std::string& key, const std::string& text) {
  if (key == "at") {
    const auto at = parse_duration(text);
    if (!at) return Failure{at.error()};
    operation.at = *at;
  } else if (key == "process" || key == "key") {
    const auto number = parse_integer(text);
    if (!number || *number < 0 || *number > 1'000'000)
      return fail(fmt::format("expected 0 to 1000000, found {}", quote(text)));
    if (key == "key") operation.key = *number;
    if (key == "process") operation.process = static_cast<std::uint32_t>(*number);
  } else if (key == "f") {
    operation.f = text;
  } else if (key == "value") {
    auto value = parse_value(text);
    if (!value) return Failure{value.error()};
    operation.value = *std::move(value);
  } else if (key == "node") {
    const auto node = parse_node(text);
    if (!node) return Failure{node.error()};
    operation.node = *node;
  } else if (key == "returns") {
    operation.returns = text;
  }
  return {};
}

class Scripts final : public Node {
 public:
  using Shared = std::shared_ptr<const Script>;
  Scripts(Shared script, std::vector<bool> done)
      : script_(std::move(script)), done_(std::move(done)) {}

  Step op(const View& view) const override {
    std::vector<bool> held(view.threads.size(), false);  // an earlier operation of it comes first
    std::size_t best = script_->size();
    for (std::size_t i = 0; i < script_->size(); ++i) {
      if (done_[i]) continue;
      const Scripted& s = (*script_)[i];
      if (s.process >= held.size() || held[s.process]) continue;
      held[s.process] = true;
      const bool idle = std::count(view.free.begin(), view.free.end(), thread(s)) > 0;
      if (idle && (best == script_->size() || s.at < (*script_)[best].at)) best = i;
    }
    if (best == script_->size()) {
      const bool waiting = std::find(held.begin(), held.end(), true) != held.end();
      if (!waiting) return Exhausted{};
      return Pending{std::make_shared<Scripts>(script_, done_)};
    }
    const Scripted& s = (*script_)[best];
    std::vector<bool> done = done_;
    done[best] = true;
    Op op{std::max(view.now, s.at),
          view.process(thread(s)),
          s.f,
          s.value,
          Value::integer(s.key),
          true,
          s.node};
    return Emitted{std::move(op), std::make_shared<Scripts>(script_, std::move(done))};
  }

 private:
  static Thread thread(const Scripted& s) { return Thread{static_cast<std::int32_t>(s.process)}; }

  Shared script_;
  std::vector<bool> done_;
};

std::string completion_of(const history::History& history, const history::Operation& operation) {
  if (operation.outcome != EventType::ok) return history::name(operation.outcome);
  return history.value(operation.returned).show();
}

}  // namespace

Result<Scripted> make_scripted(const std::map<std::string, std::string>& fields) {
  static const std::vector<std::string> known{"at",  "process", "f",      "value",
                                              "key", "node",    "returns"};
  Scripted operation;
  for (const auto& [key, text] : fields) {
    if (std::count(known.begin(), known.end(), key) == 0)
      return fail(unknown_name("field", key, known));
    if (auto status = read_field(operation, key, text); !status)
      return fail(key + ": " + status.error().message);
  }
  if (operation.f.empty()) return fail("expected a field 'f', such as f = \"read\"");
  return operation;
}

std::map<std::string, std::string> fields_of(const Scripted& s) {
  std::map<std::string, std::string> fields{{"at", show_duration(s.at)},
                                            {"process", std::to_string(s.process)},
                                            {"f", s.f},
                                            {"key", std::to_string(s.key)}};
  if (!s.value.is_nil()) fields["value"] = s.value.show();
  if (s.node) fields["node"] = fmt::format("n{}", index(*s.node) + 1);
  if (!s.returns.empty()) fields["returns"] = s.returns;
  return fields;
}

Generator scripted(Script script) {
  std::vector<bool> done(script.size(), false);
  return std::make_shared<Scripts>(std::make_shared<const Script>(std::move(script)),
                                   std::move(done));
}

std::optional<std::string> deviation(const Script& script, const history::History& history) {
  std::map<std::uint32_t, std::vector<history::Operation>> by_process;
  for (const history::Operation& operation : history.operations())
    by_process[static_cast<std::uint32_t>(history::index(operation.process))].push_back(operation);
  std::map<std::uint32_t, std::size_t> next;
  for (std::size_t i = 0; i < script.size(); ++i) {
    const Scripted& s = script[i];
    const auto& done = by_process[s.process];
    const std::size_t at = next[s.process]++;
    const std::string what = fmt::format("operation {} ({} of process {} at {})", i + 1, s.f,
                                         s.process, show_duration(s.at));
    if (at >= done.size()) return what + " was never invoked";
    const std::string found = completion_of(history, done[at]);
    if (!s.returns.empty() && s.returns != found)
      return fmt::format("{}: expected {}, found {}", what, s.returns, found);
  }
  return std::nullopt;
}

}  // namespace tribunal::workloads
