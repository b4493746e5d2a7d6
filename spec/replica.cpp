#include "spec/replica.h"

#include <algorithm>
#include <cassert>
#include <optional>

namespace tribunal::spec {
namespace {

// The smallest element of the class of `replica` that is neither used nor among `taken`.
std::optional<std::int64_t> unused(const Layout& layout, const State& state, std::uint32_t sort,
                                   std::uint32_t replica, std::uint32_t replicas,
                                   const std::vector<std::int64_t>& taken) {
  const std::int64_t size = layout.sizes()[sort];
  for (std::int64_t element = replica; element < size; element += replicas) {
    const bool chosen = std::find(taken.begin(), taken.end(), element) != taken.end();
    if (!chosen && !state.used(sort, element)) return element;
  }
  return std::nullopt;
}

bool earlier(const Event& event, Stamp stamp) { return event.stamp < stamp; }

// By cell: `peaks` and what is assigned to max and min, joined.
void raise(const Layout& layout, const Event& event, Values& peaks) {
  for (const Change& change : event.changes) {
    const Kind kind = layout.kind_of(change.cell);
    std::int64_t& peak = peaks[change.cell];
    if (kind == Kind::max) peak = std::max(peak, change.value);
    if (kind == Kind::min) peak = std::min(peak, change.value);
  }
}

}  // namespace

Replica::Replica(const Layout& layout) : state_(layout), peaks_(state_.merged()) {}

// All that came before the last delivery is as if delivered together.
Replica::Replica(const Layout& layout, std::vector<Event> events, std::size_t committed)
    : Replica(layout) {
  assert(committed <= events.size());
  const std::size_t delivered = events.size() - committed;
  for (std::size_t i = 0; i < events.size(); ++i) {
    raise(layout, events[i], peaks_);
    state_.apply(layout, events[i], i < delivered ? Arrival::merged : Arrival::origin);
    if (i + 1 == delivered) state_.join_extrema(layout, peaks_);
  }
  events_ = std::move(events);
}

Attempt Replica::attempt(const Layout& layout, std::uint32_t transaction,
                         std::span<const std::int64_t> chosen, std::uint32_t replica,
                         std::uint32_t replicas, std::uint32_t life) const {
  assert(replica < replicas);
  Attempt refused;
  std::vector<std::int64_t> arguments;
  std::vector<std::vector<std::int64_t>> taken(layout.sizes().size());  // by sort
  std::size_t next = 0;
  for (const Parameter& parameter : layout.spec().transactions[transaction].parameters) {
    std::optional<std::int64_t> argument;
    if (parameter.minted == Minted::no) {
      if (next < chosen.size()) argument = chosen[next++];
    } else if (parameter.minted == Minted::self) {
      if (replica < layout.size_of(parameter.type)) argument = replica;
    } else {
      const std::uint32_t sort = parameter.type.index;
      argument = unused(layout, state_, sort, replica, replicas, taken[sort]);
      if (argument) taken[sort].push_back(*argument);
    }
    if (!argument) {
      const bool minted = parameter.minted != Minted::no;
      refused.outcome = minted ? Outcome::exhausted : Outcome::argument;
      return refused;
    }
    arguments.push_back(*argument);
  }
  refused.outcome = Outcome::argument;
  if (next != chosen.size()) return refused;
  Attempt tried = spec::attempt(layout, state_, transaction, arguments, replica + life * replicas);
  if (tried.outcome == Outcome::committed) tried.event.past = frontier();
  return tried;
}

void Replica::commit(const Layout& layout, const Event& event) {
  const bool fresh = insert(layout, event);
  assert(fresh);
  static_cast<void>(fresh);
  state_.apply(layout, event, Arrival::origin);
}

bool Replica::deliver(const Layout& layout, const Event& event) {
  if (!insert(layout, event)) return false;
  state_.apply(layout, event, Arrival::merged);
  state_.join_extrema(layout, peaks_);
  return true;
}

std::size_t Replica::merge(const Layout& layout, const Replica& other) {
  std::size_t news = 0;
  for (const Event& event : other.events_) news += deliver(layout, event) ? 1 : 0;
  return news;
}

bool Replica::insert(const Layout& layout, const Event& event) {
  const auto at = std::lower_bound(events_.begin(), events_.end(), event.stamp, earlier);
  if (at != events_.end() && at->stamp == event.stamp) return false;
  events_.insert(at, event);
  raise(layout, event, peaks_);
  return true;
}

Frontier Replica::frontier() const { return frontier_of(events_); }

Frontier frontier_of(std::span<const Event> events) {
  Frontier frontier;
  for (const Event& event : events) {
    const auto at = std::lower_bound(
        frontier.begin(), frontier.end(), event.stamp.replica,
        [](const Stamp& stamp, std::uint32_t replica) { return stamp.replica < replica; });
    if (at != frontier.end() && at->replica == event.stamp.replica) {
      at->time = std::max(at->time, event.stamp.time);
    } else {
      frontier.insert(at, event.stamp);
    }
  }
  return frontier;
}

bool Replica::has(Stamp stamp) const {
  const auto at = std::lower_bound(events_.begin(), events_.end(), stamp, earlier);
  return at != events_.end() && at->stamp == stamp;
}

std::vector<std::uint32_t> Replica::violated(const Layout& layout) const {
  return spec::violated(layout, shown(layout));
}

}  // namespace tribunal::spec
