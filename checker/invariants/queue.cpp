#include "checker/invariants/queue.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "checker/invariants/findings.h"

namespace tribunal::checker::invariants {
namespace {

using history::Value;

// Where an operation stands: it took effect strictly between the two.
struct Span {
  std::uint32_t invocation = no_event;
  std::uint32_t completion = no_event;
};

struct Element {
  Value value;
  std::vector<Span> enqueues;  // that did not fail; completion: no_event unless acknowledged
  std::size_t acknowledged = 0;
  std::uint32_t failed = no_event;  // an enqueue that failed
  std::vector<Span> dequeues;
};

class Queue {
 public:
  Queue(const History& history, const KeyOperations& key, const QueueOptions& options,
        Findings& findings)
      : history_(history), key_(key), options_(options), findings_(findings) {
    for (const Operation& operation : key.operations) note(operation);
  }

  // What could not be decided, or "".
  std::string run() {
    for (const Element& element : elements_) {
      judge_presence(element);
    }
    if (!options_.at_least_once) judge_order();
    return judge_losses();
  }

 private:
  void note(const Operation& operation) {
    const Span span{operation.invocation, operation.completion};
    const Value returned = history_.value(operation.returned);
    if (is(history_, operation, "enqueue")) {
      note_enqueue(operation);
    } else if (operation.outcome == EventType::info) {
      unknown_.push_back(operation.invocation);
      drains_unknown_ = drains_unknown_ || is(history_, operation, "drain");
    } else if (operation.outcome == EventType::fail) {
      if (says_empty(operation)) note_empty(span);
    } else if (is(history_, operation, "drain")) {
      if (returned.is_collection()) {
        for (const Value& item : returned.items()) element(item).dequeues.push_back(span);
      }
      empty_ = span.invocation;
    } else if (returned.is_nil()) {
      note_empty(span);
    } else {
      element(returned).dequeues.push_back(span);
    }
  }

  void note_empty(const Span& span) {
    empties_.push_back(span);
    empty_ = span.invocation;
  }

  void note_enqueue(const Operation& operation) {
    Element& e = element(history_.value(operation.invoked));
    if (operation.outcome == EventType::fail) {
      e.failed = operation.invocation;
      return;
    }
    const bool ok = operation.outcome == EventType::ok;
    if (ok) ++e.acknowledged;
    e.enqueues.push_back({operation.invocation, ok ? operation.completion : no_event});
  }

  bool says_empty(const Operation& operation) const {
    if (operation.completion == no_event) return false;
    const Value error = history_.value(history_.event(operation.completion).error);
    return error.is_nil() ||
           (error.is_text() && (error.text() == "empty" || error.text() == "exhausted"));
  }

  Element& element(const Value& value) {
    const auto [at, fresh] = index_.try_emplace(pool_.intern(value).bits(), elements_.size());
    if (fresh) {
      elements_.emplace_back();
      elements_.back().value = value;
    }
    return elements_[at->second];
  }

  std::string process(std::uint32_t invocation) const {
    return who(history_.operation(invocation));
  }

  // Is it right that it came out at all, and so often?
  void judge_presence(const Element& e) {
    for (const Span& dequeue : e.dequeues) {
      const bool begun =
          std::any_of(e.enqueues.begin(), e.enqueues.end(),
                      [&](const Span& enqueue) { return enqueue.invocation < dequeue.completion; });
      if (begun) continue;
      const std::uint32_t culprit = e.enqueues.empty() ? e.failed : e.enqueues[0].invocation;
      findings_.add(
          "phantom value", key_, {culprit, dequeue.invocation},
          fmt::format("The queue gave {} to {}, {}.", e.value.show(), process(dequeue.invocation),
                      !e.enqueues.empty()    ? "before anybody had begun to enqueue it"
                      : e.failed != no_event ? "although its enqueue had failed"
                                             : "which nobody ever enqueued"));
      return;
    }
    if (options_.at_least_once || e.dequeues.size() <= e.enqueues.size() || e.enqueues.empty())
      return;
    std::vector<std::uint32_t> operations{e.enqueues[0].invocation};
    for (const Span& dequeue : e.dequeues) operations.push_back(dequeue.invocation);
    findings_.add(
        "duplicate", key_, operations,
        fmt::format("The element {} was enqueued {}, but given out {} times, first to {} "
                    "and then to {}.",
                    e.value.show(),
                    e.enqueues.size() == 1 ? "once" : fmt::format("{} times", e.enqueues.size()),
                    e.dequeues.size(), process(e.dequeues[0].invocation),
                    process(e.dequeues[1].invocation)));
  }

  // First in, first out (Henzinger, Sezgin and Vafeiadis, "Aspect-oriented linearizability proofs",
  // CONCUR 2013: what a history of a queue with unique values must not contain).
  void judge_order() {
    struct In {
      std::uint32_t acknowledged;  // it was in the queue from here at the latest ...
      std::uint32_t left;          // ... and until here at the least
      const Element* element;
    };
    std::vector<In> in;
    std::vector<const Element*> out;
    for (const Element& e : elements_) {
      if (e.enqueues.size() != 1 || e.dequeues.size() != 1) continue;
      out.push_back(&e);
      if (e.acknowledged == 1)
        in.push_back({e.enqueues[0].completion, e.dequeues[0].invocation, &e});
    }
    std::sort(in.begin(), in.end(),
              [](const In& a, const In& b) { return a.acknowledged < b.acknowledged; });
    std::sort(out.begin(), out.end(), [](const Element* a, const Element* b) {
      return a->enqueues[0].invocation < b->enqueues[0].invocation;
    });
    std::size_t next = 0;
    const In* last = nullptr;  // of those in by then, the one that left last
    const auto advance = [&](std::uint32_t to) {
      for (; next < in.size() && in[next].acknowledged < to; ++next) {
        if (last == nullptr || in[next].left > last->left) last = &in[next];
      }
      return last;
    };
    for (const Element* b : out) {
      const In* a = advance(b->enqueues[0].invocation);
      if (a == nullptr || a->left < b->dequeues[0].completion) continue;
      findings_.add(
          "reordering", key_,
          {a->element->enqueues[0].invocation, b->enqueues[0].invocation, b->dequeues[0].invocation,
           a->element->dequeues[0].invocation},
          fmt::format("{} was in the queue before the enqueue of {} began, yet {} had been given "
                      "out before the dequeue began that returned {}.",
                      a->element->value.show(), b->value.show(), b->value.show(),
                      a->element->value.show()));
    }
    next = 0;
    last = nullptr;
    for (const Span& empty : empties_) {
      const In* a = advance(empty.invocation);
      if (a == nullptr || a->left < empty.completion) continue;
      findings_.add("stale read", key_,
                    {a->element->enqueues[0].invocation, empty.invocation,
                     a->element->dequeues[0].invocation},
                    fmt::format("{} found the queue empty, although {} had been acknowledged "
                                "before, and was given out by a dequeue that began only later.",
                                process(empty.invocation), a->element->value.show()));
    }
  }

  std::string judge_losses() {
    std::vector<const Element*> lost;
    std::size_t remaining = 0;
    for (const Element& e : elements_) {
      if (e.acknowledged <= e.dequeues.size()) continue;
      std::uint32_t acknowledged = 0;
      for (const Span& enqueue : e.enqueues) {
        if (enqueue.completion != no_event)
          acknowledged = std::max(acknowledged, enqueue.completion);
      }
      if (empty_ != no_event && empty_ > acknowledged) {
        lost.push_back(&e);
      } else {
        ++remaining;
      }
    }
    if (!drains_unknown_ && lost.size() > unknown_.size()) report_losses(lost);
    if (remaining == 0) return "";
    return fmt::format(
        "{} acknowledged elements were never given out, and nobody found the queue "
        "empty after they had been enqueued",
        remaining);
  }

  void report_losses(const std::vector<const Element*>& lost) {
    if (!unknown_.empty()) {
      std::vector<std::uint32_t> operations{empty_};
      for (const Element* e : lost) operations.push_back(e->enqueues[0].invocation);
      findings_.add("lost element", key_, operations,
                    fmt::format("{} acknowledged elements, {} among them, were never given out, "
                                "although the queue was found empty later. Dequeues without an "
                                "answer may have taken {} of them at most.",
                                lost.size(), lost[0]->value.show(), unknown_.size()));
      return;
    }
    for (const Element* e : lost) {
      findings_.add(
          "lost element", key_, {e->enqueues[0].invocation, empty_},
          fmt::format("The enqueue of {} by {} was acknowledged, but no dequeue ever "
                      "returned it, and {} found the queue empty later.",
                      e->value.show(), process(e->enqueues[0].invocation), process(empty_)));
    }
  }

  const History& history_;
  const KeyOperations& key_;
  const QueueOptions& options_;
  Findings& findings_;
  history::ValuePool pool_;  // interns the elements of drains, which have no refs in the history
  std::vector<Element> elements_;                         // by first appearance
  std::unordered_map<std::uint64_t, std::size_t> index_;  // looked up, never iterated
  std::vector<Span> empties_;                             // by invocation
  std::uint32_t empty_ =
      no_event;  // the last operation to begin that found it empty, or emptied it
  std::vector<std::uint32_t> unknown_;  // dequeues without an answer
  bool drains_unknown_ = false;         // one of which may have taken any number
};

}  // namespace

Check check_queue(const History& history, const QueueOptions& options) {
  Check check;
  Findings findings(check, "queue", options.at_least_once ? "total-queue" : "queue");
  std::string undecided;
  for (const KeyOperations& key : operations_by_key(history, {"enqueue", "dequeue", "drain"})) {
    check.operations += key.operations.size();
    const std::string problem = Queue(history, key, options, findings).run();
    if (undecided.empty()) undecided = problem;
  }
  check.steps = check.operations;
  findings.conclude(undecided);
  return check;
}

}  // namespace tribunal::checker::invariants
