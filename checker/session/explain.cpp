// See explain.h.
#include "checker/session/explain.h"

#include <algorithm>

#include <fmt/core.h>

#include "checker/linearizability/anomaly_kinds.h"
#include "checker/linearizability/decoding.h"

namespace tribunal::checker::session {

namespace {

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 32);
  return text;
}

Anomaly of_kind(const std::string& kind) {
  Anomaly anomaly;
  anomaly.kind = kind;
  anomaly.harm = linearizability::anomaly_kind(kind).harm;
  return anomaly;
}

const char* rule(Constraint::Why why) {
  switch (why) {
    case Constraint::Why::initial:
      return "initial version";
    case Constraint::Why::own_write:
      return "read-your-writes";
    case Constraint::Why::earlier_read:
      return "monotonic-reads";
    case Constraint::Why::seen:
      return "seen dependency";
    default:
      return "dependency";
  }
}

const char* rule(Link::Why why) {
  switch (why) {
    case Link::Why::process:
      return "process order";
    case Link::Why::source:
      return "reads from";
    case Link::Why::forced:
      return "read before overwritten";
    case Link::Why::initial:
      return "initial version";
    default:
      return "read too late";
  }
}

}  // namespace

std::uint32_t Explainer::invocation(std::uint32_t op) const {
  return op == none ? history::no_event : observed_.ops[op].invocation;
}

std::string Explainer::client(std::uint32_t op) const {
  return fmt::format("client {}", history::index(history_.process(invocation(op))));
}

// What an operation wrote, or read. Of a compare-and-set both stand in its invocation.
std::string Explainer::value(std::uint32_t op, bool written) const {
  const history::Operation operation = history_.operation(invocation(op));
  const Op& one = observed_.ops[op];
  if (history_.name(operation.f) == "cas") {
    return linearizability::shorten(
        history_.value(operation.invoked).items()[written ? 1 : 0].show(), 40);
  }
  return linearizability::shorten(
      history_.value(one.reads ? operation.returned : operation.invoked).show(), 40);
}

std::string Explainer::did(std::uint32_t op) const {
  const Op& one = observed_.ops[op];
  const history::Operation operation = history_.operation(one.invocation);
  const std::string key =
      operation.has_key ? fmt::format(" (key {})", linearizability::shorten(
                                                       history_.value(operation.key).show(), 40))
                        : "";
  std::string what = one.reads ? "read " + value(op, false) : "wrote " + value(op, true);
  if (one.reads && one.writes) {
    what = fmt::format("compared with {} and set {}", value(op, false), value(op, true));
  }
  return fmt::format("{} {}{} in event {}", client(op), what, key, one.invocation);
}

std::string Explainer::noun(std::uint32_t op) const {
  if (op == none) return "the initial value";
  return fmt::format("the write of {} (event {})", value(op, true), invocation(op));
}

std::string Explainer::along(const std::vector<std::uint32_t>& path) const {
  std::vector<std::string> parts;
  for (const std::uint32_t op : path) parts.push_back(did(op));
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) text += (i > 0 ? ", then " : "") + parts[i];
  return text;
}

Anomaly Explainer::phantom(const Phantom& phantom) const {
  Anomaly anomaly = of_kind("phantom value");
  const history::Operation operation = history_.operation(phantom.invocation);
  const bool cas = history_.name(operation.f) == "cas";
  const history::Value seen =
      cas ? history_.value(operation.invoked).items()[0] : history_.value(operation.returned);
  anomaly.operations = {phantom.invocation};
  anomaly.key = operation.key;
  anomaly.has_key = operation.has_key;
  anomaly.explanation =
      fmt::format("Client {} saw {} in event {}, ", history::index(operation.process),
                  linearizability::shorten(seen.show(), 60), phantom.invocation);
  if (phantom.aborted) {
    anomaly.operations.push_back(phantom.writer);
    std::sort(anomaly.operations.begin(), anomaly.operations.end());
    anomaly.explanation += fmt::format(
        "but the only attempt to write that value (event {}) failed, and what failed did not "
        "happen.",
        phantom.writer);
  } else {
    anomaly.explanation +=
        "a value that is not the initial one and that no operation can have written.";
  }
  anomaly.explanation += " No model of consistency allows that (ThinAirRead).";
  anomaly.minimal = true;
  anomaly.steps = {anomaly.explanation};
  return anomaly;
}

void Explainer::finish(Anomaly& anomaly, std::uint32_t op) const {
  std::sort(anomaly.operations.begin(), anomaly.operations.end());
  anomaly.operations.erase(std::unique(anomaly.operations.begin(), anomaly.operations.end()),
                           anomaly.operations.end());
  std::erase(anomaly.operations, history::no_event);
  if (op == none) return;
  const history::Operation operation = history_.operation(invocation(op));
  anomaly.key = operation.key;
  anomaly.has_key = operation.has_key;
}

std::string Explainer::sentence(const Constraint& c, const Dependencies& dependencies,
                                Anomaly& anomaly) const {
  std::vector<std::uint32_t> because;
  std::string text;
  switch (c.why) {
    case Constraint::Why::initial:
      text = fmt::format("The initial value comes before {}", noun(c.to));
      break;
    case Constraint::Why::own_write:
      because = {c.at};
      text = fmt::format("{}, and afterwards {}: it must not see less than it wrote", did(c.from),
                         did(c.at));
      break;
    case Constraint::Why::earlier_read:
      because = {c.through, c.at};
      text = fmt::format("{}, and afterwards {}: what it had seen must not be unseen",
                         did(c.through), did(c.at));
      break;
    case Constraint::Why::seen: {
      std::uint32_t seen = observed_.ops[c.through].source;
      if (seen != none) because = dependencies.path(c.from, seen);
      if (because.empty()) {  // its own write
        seen = c.through;
        because = dependencies.path(c.from, seen);
      }
      text = fmt::format("{} depends on {} ({})", noun(seen), noun(c.from), along(because));
      text += c.through == c.at ? fmt::format("; {}", did(c.at))
                                : fmt::format("; {} had seen it ({}) when {}", client(c.at),
                                              did(c.through), did(c.at));
      text += ", which must not be older";
      because.push_back(c.through);
      because.push_back(c.at);
      break;
    }
    default:
      because = dependencies.path(c.from, c.to);
      text = fmt::format("{} depends on {} ({})", noun(c.to), noun(c.from), along(because));
  }
  CycleEdge edge{invocation(c.from), invocation(c.to), rule(c.why), {}};
  for (const std::uint32_t op : because) edge.because.push_back(invocation(op));
  anomaly.operations.insert(anomaly.operations.end(), edge.because.begin(), edge.because.end());
  anomaly.operations.push_back(edge.from);
  anomaly.operations.push_back(edge.to);
  anomaly.cycle.push_back(std::move(edge));
  if (c.why == Constraint::Why::initial) return text + ".";
  return capital(text) + fmt::format(", so {} does not come after {}.", noun(c.from), noun(c.to));
}

Anomaly Explainer::versions(const std::string& kind, const std::string& lead,
                            const Conflict& conflict, const Dependencies& dependencies) const {
  Anomaly anomaly = of_kind(kind);
  anomaly.explanation = lead;
  if (!conflict.circular.empty()) {
    anomaly.explanation += " A write depends on itself: " + along(conflict.circular) +
                           ", which comes before the first of these.";
    for (std::size_t i = 0; i < conflict.circular.size(); ++i) {
      const std::uint32_t from = conflict.circular[i];
      const std::uint32_t to = conflict.circular[(i + 1) % conflict.circular.size()];
      const Link link{from, to,
                      observed_.ops[to].source == from ? Link::Why::source : Link::Why::process,
                      none};
      anomaly.steps.push_back(sentence(link));
      anomaly.operations.push_back(invocation(from));
      anomaly.cycle.push_back({invocation(from), invocation(to), rule(link.why), {}});
    }
    finish(anomaly, conflict.circular.front());
    return anomaly;
  }
  for (const Constraint& constraint : conflict.cycle) {
    anomaly.steps.push_back(sentence(constraint, dependencies, anomaly));
    if (constraint.why != Constraint::Why::initial) {
      anomaly.explanation += " " + anomaly.steps.back();
    }
  }
  const bool initial = std::any_of(conflict.cycle.begin(), conflict.cycle.end(),
                                   [](const auto& c) { return c.why == Constraint::Why::initial; });
  anomaly.steps.emplace_back("These cannot all be: the versions form a cycle.");
  anomaly.explanation += initial ? " But the initial value comes before every write."
                                 : " No order of these versions is like that.";
  const Constraint& first = conflict.cycle.front();
  finish(anomaly, first.from == none ? first.to : first.from);
  return anomaly;
}

std::string Explainer::sentence(const Link& link) const {
  switch (link.why) {
    case Link::Why::process:
      return fmt::format("{}, and then {}.", capital(did(link.from)), did(link.to));
    case Link::Why::source:
      return fmt::format("{}, which {} saw: {}.", capital(did(link.from)), client(link.to),
                         did(link.to));
    case Link::Why::forced:
      return fmt::format(
          "{} and {}: the former comes before the read in which {}, so it comes before what that "
          "saw.",
          capital(did(link.from)), did(link.to), did(link.because));
    case Link::Why::initial:
      return fmt::format("{}, the initial value, so {} only later.", capital(did(link.from)),
                         did(link.to));
    default:
      return fmt::format("{}, which was replaced when {}.", capital(did(link.from)), did(link.to));
  }
}

Anomaly Explainer::order(const std::string& kind, const std::string& lead,
                         const OrderConflict& conflict) const {
  Anomaly anomaly = of_kind(kind);
  for (const Link& link : conflict.cycle) {
    anomaly.steps.push_back(sentence(link));
    CycleEdge edge{invocation(link.from), invocation(link.to), rule(link.why), {}};
    if (link.because != none) edge.because = {invocation(link.because)};
    anomaly.operations.insert(anomaly.operations.end(), edge.because.begin(), edge.because.end());
    anomaly.operations.push_back(edge.from);
    anomaly.cycle.push_back(std::move(edge));
  }
  anomaly.explanation = lead;
  std::size_t told = 0;
  for (const std::string& step : anomaly.steps) {
    if (++told <= 6) anomaly.explanation += " " + step;
  }
  if (told > 6) anomaly.explanation += " And so on.";
  anomaly.explanation +=
      fmt::format(" So each of these comes before itself ({}).", conflict.pattern);
  anomaly.steps.emplace_back("So each of these comes before itself.");
  finish(anomaly, none);
  return anomaly;
}

Anomaly Explainer::exhausted(const std::string& kind, const std::string& lead) const {
  Anomaly anomaly = of_kind(kind);
  anomaly.explanation =
      lead + fmt::format(
                 " Every order of these {} operations was tried, and none explains what "
                 "they saw.",
                 observed_.ops.size());
  for (const Op& op : observed_.ops) anomaly.operations.push_back(op.invocation);
  anomaly.steps = {anomaly.explanation};
  finish(anomaly, none);
  return anomaly;
}

}  // namespace tribunal::checker::session
