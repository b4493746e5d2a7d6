// The text of the trace: one fixed-width line an event.
#include "cluster/simulated/trace.h"

#include <iterator>

#include <fmt/format.h>

#include "base/text.h"
#include "cluster/host_log.h"

namespace tribunal::cluster {
namespace {

const char* word(TraceKind kind) {
  switch (kind) {
    case TraceKind::send:
      return "send";
    case TraceKind::lost:
      return "lost";
    case TraceKind::deliver:
      return "deliver";
    case TraceKind::request:
      return "request";
    case TraceKind::serve:
      return "serve";
    case TraceKind::reply:
      return "reply";
    case TraceKind::answer:
      return "answer";
    case TraceKind::refused:
      return "refused";
    case TraceKind::timer:
      return "timer";
    case TraceKind::synced:
      return "synced";
    case TraceKind::write:
      return "write";
    case TraceKind::write_failed:
      return "write-fail";
    case TraceKind::witness:
      return "witness";
    case TraceKind::start:
      return "start";
    case TraceKind::action:
      return "action";
    case TraceKind::complete:
      return "complete";
  }
  return "unknown";
}

}  // namespace

std::string Ends::text() const {
  auto low = show_node(NodeId{static_cast<std::uint16_t>(bits_ & 0xffff)});
  const auto high = bits_ >> 16;
  switch (shape_) {
    case shape_one:
      return low;
    case shape_pair:
      return fmt::format("n{} -> {}", high + 1, low);
    case shape_to_node:
      return fmt::format("c{} -> {}", high, low);
    case shape_to_client:
      return fmt::format("{} -> c{}", low, high);
  }
  return "";
}

void Trace::line(Time at, TraceKind kind, Ends ends, std::string_view detail) {
  fmt::format_to(std::back_inserter(text_), "{} {:<10} {:<10}", show_time(at, 16), word(kind),
                 ends.text());
  if (!detail.empty()) fmt::format_to(std::back_inserter(text_), " {}", detail);
  while (text_.back() == ' ') text_.pop_back();
  text_ += '\n';
}

}  // namespace tribunal::cluster
