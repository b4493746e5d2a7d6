// The operations of the timeline as arrays of small numbers: about 30 bytes an operation, so that
// 100,000 of them are 3 MB of JSON. Positions and times are differences to the operation before.
#include <algorithm>
#include <charconv>
#include <unordered_map>

#include <nlohmann/json.hpp>

#include "reports/page_data.h"
#include "reports/present.h"

namespace tribunal::reports {
namespace {

using history::Event;
using history::EventType;
using history::History;
using history::no_event;
using history::Operation;
using history::ValueRef;

constexpr std::size_t text_limit = 120;

void append_number(std::string& out, std::int64_t number) {
  char buffer[24];
  const auto end = std::to_chars(std::begin(buffer), std::end(buffer), number).ptr;
  if (!out.empty()) out += ',';
  out.append(buffer, end);
}

// Texts of values, each once. 0 is "absent".
class Texts {
 public:
  explicit Texts(const History& history) : history_(history) {}

  std::uint32_t add(ValueRef ref) {
    if (ref.is_nil()) return 0;
    const auto [found, fresh] = positions_.try_emplace(ref.bits(), next_);
    if (fresh) {
      ++next_;
      json_ += ',' + dump(Json(show_value(history_.value(ref), text_limit)));
    }
    return found->second;
  }

  std::size_t bytes() const { return json_.size(); }
  const std::string& json() const { return json_; }  // with a leading comma for each text

 private:
  const History& history_;
  std::unordered_map<std::uint64_t, std::uint32_t> positions_;  // looked up, never iterated
  std::uint32_t next_ = 1;
  std::string json_;
};

// Names of functions, in the order of their symbols.
std::string names_json(const History& history, std::uint16_t count) {
  Json names = Json::array();
  for (std::uint16_t i = 0; i < count; ++i) {
    names.push_back(clip(history.name(history::Symbol{i}), text_limit));
  }
  return dump(names);
}

class ColumnWriter {
 public:
  ColumnWriter(const History& history, const Axis& axis)
      : history_(history), axis_(axis), texts_(history) {}

  void add(std::uint32_t invocation) {
    const Operation op = history_.operation(invocation);
    const bool ended = op.completion != no_event;
    const Event begin = history_.event(invocation);
    const Event end = ended ? history_.event(op.completion) : Event{};
    const std::int64_t at = axis_.at(invocation);
    append_number(id_, static_cast<std::int64_t>(invocation) - last_id_);
    append_number(done_, ended ? op.completion - invocation : 0);
    append_number(at_, at - last_at_);
    append_number(took_, ended ? axis_.at(op.completion) - at : -1);
    append_number(process_, index(op.process));
    append_number(f_, static_cast<std::int64_t>(op.f));
    append_number(outcome_, op.outcome == EventType::ok     ? 0
                            : op.outcome == EventType::fail ? 1
                                                            : 2);
    append_number(invoked_, texts_.add(op.invoked));
    append_number(returned_, texts_.add(op.returned));
    append_number(key_, op.has_key ? texts_.add(op.key) : 0);
    const std::uint16_t node = begin.node != history::no_node ? begin.node : end.node;
    append_number(node_, node == history::no_node ? 0 : node + 1);
    append_number(error_, texts_.add(end.error));
    last_id_ = invocation;
    last_at_ = at;
    functions_ = std::max<std::uint16_t>(functions_, static_cast<std::uint16_t>(op.f) + 1);
  }

  std::size_t bytes() const {
    return id_.size() + done_.size() + at_.size() + took_.size() + process_.size() + f_.size() +
           outcome_.size() + invoked_.size() + returned_.size() + key_.size() + node_.size() +
           error_.size() + texts_.bytes();
  }

  std::string json() const {
    return "{\"id\":[" + id_ + "],\"done\":[" + done_ + "],\"at\":[" + at_ + "],\"took\":[" +
           took_ + "],\"process\":[" + process_ + "],\"f\":[" + f_ + "],\"outcome\":[" + outcome_ +
           "],\"invoked\":[" + invoked_ + "],\"returned\":[" + returned_ + "],\"key\":[" + key_ +
           "],\"node\":[" + node_ + "],\"error\":[" + error_ +
           "],\"names\":" + names_json(history_, functions_) + ",\"texts\":[\"\"" + texts_.json() +
           "]}";
  }

 private:
  const History& history_;
  const Axis& axis_;
  Texts texts_;
  std::int64_t last_id_ = 0;
  std::int64_t last_at_ = 0;
  std::uint16_t functions_ = 0;
  std::string id_, done_, at_, took_, process_, f_, outcome_, invoked_, returned_, key_, node_,
      error_;
};

std::vector<std::uint32_t> client_invocations(const History& history) {
  std::vector<std::uint32_t> invocations;
  for (std::uint32_t i = 0; i < history.size(); ++i) {
    if (history.process(i) == history::Process::nemesis) continue;
    if (history.type(i) == EventType::invoke) invocations.push_back(i);
  }
  return invocations;
}

// `count` neighbours of `focus`, three quarters of them before it: causes precede effects.
std::vector<std::uint32_t> window(const std::vector<std::uint32_t>& all, std::size_t focus,
                                  std::size_t count) {
  count = std::min(count, all.size());
  std::size_t first = focus > count / 4 * 3 ? focus - count / 4 * 3 : 0;
  first = std::min(first, all.size() - count);
  const auto begin = all.begin() + static_cast<std::ptrdiff_t>(first);
  return {begin, begin + static_cast<std::ptrdiff_t>(count)};
}

}  // namespace

Columns operation_columns(const History& history, const Axis& axis,
                          const std::vector<std::uint32_t>& always, std::size_t budget) {
  const std::vector<std::uint32_t> all = client_invocations(history);
  std::size_t focus = 0;
  if (!always.empty()) {
    focus = static_cast<std::size_t>(std::lower_bound(all.begin(), all.end(), always.front()) -
                                     all.begin());
  }
  // An operation takes at least 24 bytes, so this many could fit; then shrink until they do.
  for (std::size_t count = std::min(all.size(), budget / 24);; count = count / 4 * 3) {
    const std::vector<std::uint32_t> near = window(all, focus, count);
    std::vector<std::uint32_t> chosen;
    std::set_union(near.begin(), near.end(), always.begin(), always.end(),
                   std::back_inserter(chosen));
    ColumnWriter writer(history, axis);
    bool fits = true;
    for (std::size_t i = 0; i < chosen.size() && fits; ++i) {
      writer.add(chosen[i]);
      fits = writer.bytes() <= budget || count < 4;
    }
    if (fits) return {writer.json(), chosen.size(), all.size()};
  }
}

}  // namespace tribunal::reports
