// A node as a replica: it holds copies, merges what it is given, and says what it holds. It shows
// nothing that a crash could take back.
#include <algorithm>
#include <utility>

#include "sut/leaderless/node.h"

namespace tribunal::sut {

using namespace leaderless;

namespace {
constexpr auto by_object = [](const Item& item, const Object& object) {
  return item.object < object;
};
constexpr auto by_client = [](const Claim& claim, ClientId client) {
  return claim.request.client < client;
};
}  // namespace

Item* Leaderless::find(const Object& object) {
  const auto place = std::lower_bound(items_.begin(), items_.end(), object, by_object);
  return place != items_.end() && place->object == object ? &*place : nullptr;
}

// Valid until the next new object.
Item& Leaderless::item_of(const Object& object) {
  const auto place = std::lower_bound(items_.begin(), items_.end(), object, by_object);
  if (place != items_.end() && place->object == object) return *place;
  Item item;
  item.object = object;
  item.datum = Datum(options_.conflict, object.type);
  return *items_.insert(place, std::move(item));
}

// `by` is all that is new: merged with what the log holds already, it gives the item.
void Leaderless::changed(Step& s, Item& item, const SharedDatum& by) {
  item.changed = s.clocks.wall;
  if (!is_home(item.object)) return;
  item.write = this_write();
  s.record.entries.push_back({item.object, by});
  ++stores_;
}

bool Leaderless::merge_here(Step& s, const Entry& entry) {
  if (!entry.datum) return false;
  clock_.observe(entry.datum->newest());
  Item& item = item_of(entry.object);
  if (mutated(Mutation::replace_instead_of_merge)) {
    item.datum = *entry.datum;
  } else if (!item.datum.merge(*entry.datum)) {
    return false;
  }
  changed(s, item, entry.datum);
  return true;
}

void Leaderless::handle(Step& s, NodeId from, const Ask& ask) {
  if (disk_failed_) return;
  Told told;
  told.attempt = ask.attempt;
  std::uint64_t after = 0;
  if (ask.claim && is_home(ask.object)) {
    const Claim* claim = this->claim(s, from, ask, told.granted);
    if (claim != nullptr && claim->request == ask.request) {
      told.stored = claim->stored;
      after = claim->write;
    }
  }
  if (is_home(ask.object)) {
    if (Item* item = find(ask.object)) {
      told.datum = SharedDatum(item->datum);
      if (under_way(item->write)) {
        // An answer waits for one write only: the one of the claim must then hold both.
        if (under_way(after) && after != item->write) changed(s, *item, told.datum);
        after = item->write;
      }
    }
  } else {  // stands in for a home that does not answer
    Datum held(options_.conflict, ask.object.type);
    for (const Hint& hint : hints_) {
      if (hint.entry.object != ask.object) continue;
      held.merge(*hint.entry.datum);
      after = std::max(after, hint.write);
    }
    if (!held.empty()) told.datum = SharedDatum(std::move(held));
  }
  send(s, from, {std::move(told)}, under_way(after) ? after : 0);
}

void Leaderless::handle(Step& s, NodeId from, const Store& store) {
  if (disk_failed_ || !store.entry.datum) return;
  std::uint64_t after = 0;
  Stored stored{store.attempt, 0};
  if (is_home(store.entry.object)) {
    merge_here(s, store.entry);
    Item& item = item_of(store.entry.object);
    if (store.claimed) mark_stored(s, store.request);
    if (!s.record.claims.empty() && under_way(item.write) && item.write != this_write()) {
      changed(s, item, SharedDatum(item.datum));  // one write to wait for, as above
    }
    after = item.write;
    if (!s.record.claims.empty()) after = this_write();
    if (mergeable(store.entry.object)) stored.digest = item.datum.digest();
  } else if (store.hint_for != no_node) {
    keep_hint(s, store.hint_for, store.entry);
    for (const Hint& hint : hints_) {
      if (hint.home == store.hint_for && hint.entry.object == store.entry.object) {
        after = hint.write;
      }
    }
  } else {
    return;
  }
  if (!under_way(after) || mutated(Mutation::ack_before_durable)) after = 0;
  send(s, from, {stored}, after);
}

// A request may reach several coordinators, because its client tried again. Stored under two stamps
// it could be seen, overwritten, and seen once more. So a coordinator first claims the request at a
// majority of the homes. Homes grant it once, and never again unless that coordinator gave up
// before it stored anything: at most one attempt ever stores.
const Claim* Leaderless::claim(Step& s, NodeId from, const Ask& ask, bool& granted) {
  const auto place =
      std::lower_bound(claims_.begin(), claims_.end(), ask.request.client, by_client);
  const bool known = place != claims_.end() && place->request.client == ask.request.client;
  const Claim fresh{ask.request, from, ask.attempt, false, false, this_write()};
  if (!known) {
    granted = true;
    s.record.claims.push_back(fresh);
    return &*claims_.insert(place, fresh);
  }
  Claim& held = *place;
  if (held.request.sequence > ask.request.sequence) return nullptr;  // nobody waits for it
  const bool same = held.request == ask.request;
  if (same && held.coordinator == from && held.attempt == ask.attempt) {
    granted = !held.released;
    return &held;
  }
  const bool free = !same || (held.released && !held.stored) || mutated(Mutation::claims_ignored);
  if (!free) return &held;
  granted = true;
  held = fresh;
  s.record.claims.push_back(fresh);
  return &held;
}

void Leaderless::mark_stored(Step& s, RequestId request) {
  const auto place = std::lower_bound(claims_.begin(), claims_.end(), request.client, by_client);
  const bool known = place != claims_.end() && place->request.client == request.client;
  if (known && (place->request.sequence > request.sequence ||
                (place->request == request && place->stored))) {
    return;
  }
  const Claim stored{request, no_node, {}, true, false, this_write()};
  if (known) {
    *place = stored;
  } else {
    claims_.insert(place, stored);
  }
  s.record.claims.push_back(stored);
}

void Leaderless::handle(Step& s, NodeId from, const Release& release) {
  const auto place =
      std::lower_bound(claims_.begin(), claims_.end(), release.request.client, by_client);
  if (place == claims_.end() || place->request != release.request) return;
  if (place->coordinator != from || place->attempt != release.attempt) return;
  place->released = true;
  place->write = this_write();
  s.record.claims.push_back(*place);
}

}  // namespace tribunal::sut
