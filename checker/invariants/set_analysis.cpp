#include "checker/invariants/set_analysis.h"

#include <algorithm>
#include <unordered_map>

namespace tribunal::checker::invariants {
namespace {

using history::EventType;
using history::History;
using history::no_event;
using history::Operation;
using history::Value;

struct Read {
  std::uint32_t invocation = no_event;
  std::uint32_t completion = no_event;
  // It took effect after this: its own invocation, or that of the newest add it shows.
  std::uint32_t begin = no_event;
};

struct Element {
  Value value;
  std::uint32_t add = no_event;           // the first that did not fail, else the first that failed
  EventType outcome = EventType::fail;    // of the best of its adds: ok, then info, then fail
  std::uint32_t acknowledged = no_event;  // completion of the first ok add
  std::uint32_t added = 0;  // completion of the last add that did not fail; no_event: not known
  // Removes that did not fail. Of acknowledged ones the last to begin.
  bool may_be_removed = false;
  std::uint32_t remove = no_event;
  std::uint32_t removed = no_event;  // its completion
  std::vector<std::size_t> shown;    // by these reads (positions), ascending
};

class Analysis {
 public:
  explicit Analysis(const History& history) {
    const auto add = history.find_symbol("add");
    const auto read = history.find_symbol("read");
    const auto remove = history.find_symbol("remove");
    for (const Operation& operation : history.operations()) {
      if (add && operation.f == *add) note_add(history, operation);
      if (remove && operation.f == *remove) note_remove(history, operation);
      if (read && operation.f == *read && operation.outcome == EventType::ok) {
        note_read(operation, history.value(operation.returned));
      }
    }
  }

  SetAnalysis run() {
    for (const Element& element : elements_) {
      judge_presence(element);
      for (const std::size_t at : element.shown) {
        if (element.add != no_event) reads_[at].begin = std::max(reads_[at].begin, element.add);
      }
    }
    for (const Read& read : reads_) {
      found_.reads.push_back(read.invocation);
      begins_.push_back(read.begin);
    }
    std::sort(begins_.begin(), begins_.end());
    for (const Element& element : elements_) {
      if (!element.may_be_removed) judge_absence(element);
      if (element.remove != no_event) judge_removal(element);
    }
    return std::move(found_);
  }

 private:
  Element& element(const Value& value) {
    const auto [at, fresh] = index_.try_emplace(pool_.intern(value).bits(), elements_.size());
    if (fresh) {
      elements_.emplace_back();
      elements_.back().value = value;
    }
    return elements_[at->second];
  }

  void note_add(const History& history, const Operation& operation) {
    ++found_.attempted;
    Element& e = element(history.value(operation.invoked));
    const bool ok = operation.outcome == EventType::ok;
    if (ok) {
      ++found_.acknowledged;
      e.acknowledged = std::min(e.acknowledged, operation.completion);
    }
    const bool first = e.add == no_event;
    const bool better = e.outcome == EventType::fail && operation.outcome != EventType::fail;
    if (first || better) e.add = operation.invocation;
    if (ok || better) e.outcome = operation.outcome;
    if (operation.outcome == EventType::fail) return;
    e.added = std::max(e.added, ok ? operation.completion : no_event);
  }

  void note_remove(const History& history, const Operation& operation) {
    if (operation.outcome == EventType::fail) return;
    Element& e = element(history.value(operation.invoked));
    e.may_be_removed = true;
    if (operation.outcome != EventType::ok) return;
    e.remove = operation.invocation;
    e.removed = operation.completion;
  }

  void note_read(const Operation& operation, const Value& value) {
    if (!value.is_collection() || value.kind() == Value::Kind::map) return;
    const std::size_t at = reads_.size();
    reads_.push_back({operation.invocation, operation.completion, operation.invocation});
    for (const Value& item : value.items()) {
      Element& e = element(item);
      if (e.shown.empty() || e.shown.back() != at) {
        e.shown.push_back(at);
      } else {
        found_.duplicated.push_back({item, e.add, operation.invocation, no_event});
      }
    }
  }

  // Is it right that the element is there at all?
  void judge_presence(const Element& e) {
    if (e.shown.empty()) return;
    // Reads may end in another order than they began; what matters is the earliest end.
    for (const std::size_t at : e.shown) {
      if (e.outcome == EventType::fail || reads_[at].completion < e.add) {
        found_.unexpected.push_back({e.value, e.add, reads_[at].invocation, no_event});
        return;
      }
    }
    if (e.outcome == EventType::info) found_.recovered.push_back(e.add);
  }

  // Is it right that some reads lack it?
  void judge_absence(const Element& e) {
    std::uint32_t known = e.acknowledged;
    std::uint32_t witness = no_event;
    for (const std::size_t at : e.shown) {
      if (reads_[at].completion >= known) continue;
      known = reads_[at].completion;
      witness = reads_[at].invocation;
    }
    if (known == no_event) return;
    const auto late = std::partition_point(
        reads_.begin(), reads_.end(), [&](const Read& read) { return read.invocation < known; });
    const auto first_late = static_cast<std::size_t>(late - reads_.begin());
    const auto late_shown = std::lower_bound(e.shown.begin(), e.shown.end(), first_late);
    const auto shown_late = static_cast<std::size_t>(e.shown.end() - late_shown);
    if (shown_late == reads_.size() - first_late) {  // none lacks it: the usual case
      judge_inversion(e, known);
      return;
    }

    std::size_t lacking = reads_.size();  // the one that ended last
    for (std::size_t at = first_late; at < reads_.size(); ++at) {
      if (std::binary_search(e.shown.begin(), e.shown.end(), at)) continue;
      if (lacking == reads_.size() || reads_[at].completion > reads_[lacking].completion)
        lacking = at;
    }
    const bool back = std::any_of(late_shown, e.shown.end(), [&](std::size_t at) {
      return reads_[at].completion > reads_[lacking].invocation;
    });
    const SetAnalysis::Finding finding{e.value, e.add, reads_[lacking].invocation, witness};
    auto& list = back ? found_.stale : e.outcome == EventType::ok ? found_.lost : found_.vanished;
    list.push_back(finding);
  }

  // Nobody adds it once it was removed: is it gone?
  void judge_removal(const Element& e) {
    if (e.added > e.remove) return;
    const Read* last = nullptr;   // of the reads that began later, the one that ended last
    const Read* wrong = nullptr;  // shows it
    std::size_t shown = 0;
    for (std::size_t at = 0; at < reads_.size(); ++at) {
      const Read& read = reads_[at];
      if (read.invocation < e.removed) continue;
      if (last == nullptr || read.completion > last->completion) last = &read;
      if (!std::binary_search(e.shown.begin(), e.shown.end(), at)) continue;
      ++shown;
      if (wrong == nullptr || read.completion > wrong->completion) wrong = &read;
    }
    if (shown == 0) return;
    auto& list = wrong == last ? found_.resurrected : found_.stale;
    list.push_back({e.value, e.add, wrong->invocation, e.remove, true});
  }

  // Does a read lack it that shows something which was added only after it was known?
  void judge_inversion(const Element& e, std::uint32_t known) {
    const auto late = begins_.end() - std::upper_bound(begins_.begin(), begins_.end(), known);
    const auto shown = std::count_if(e.shown.begin(), e.shown.end(),
                                     [&](std::size_t at) { return reads_[at].begin > known; });
    if (shown == late) return;
    for (std::size_t at = 0; at < reads_.size(); ++at) {
      const Read& read = reads_[at];
      if (read.begin <= known || std::binary_search(e.shown.begin(), e.shown.end(), at)) continue;
      found_.inverted.push_back({e.value, e.add, read.invocation, read.begin});
      return;
    }
  }

  history::ValuePool pool_;            // interns elements, which have no refs in the history
  std::vector<Read> reads_;            // by invocation
  std::vector<std::uint32_t> begins_;  // of the reads, ascending
  std::vector<Element> elements_;
  std::unordered_map<std::uint64_t, std::size_t> index_;  // looked up, never iterated
  SetAnalysis found_;
};

}  // namespace

SetAnalysis analyse_set(const History& history) { return Analysis(history).run(); }

}  // namespace tribunal::checker::invariants
