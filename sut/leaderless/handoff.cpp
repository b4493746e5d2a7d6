// Hinted handoff (Dynamo, section 4.6): a node that stands in for a home keeps what it is given,
// offers it to the home again and again, and lets go of it once the home has it on disk.
#include <algorithm>
#include <utility>

#include "sut/leaderless/node.h"

namespace tribunal::sut {

using namespace leaderless;

void Leaderless::keep_hint(Step& s, NodeId home, const Entry& entry) {
  clock_.observe(entry.datum->newest());
  auto place = std::find_if(hints_.begin(), hints_.end(), [&](const Hint& hint) {
    return hint.home == home && hint.entry.object == entry.object;
  });
  if (place == hints_.end()) {
    place = hints_.insert(hints_.end(), Hint{home, entry, false, 0});
  } else {
    Datum both = *place->entry.datum;
    if (!both.merge(*entry.datum)) return;
    place->entry.datum = SharedDatum(std::move(both));
  }
  place->write = this_write();
  s.record.hints.push_back(*place);
}

void Leaderless::hand_off(Step& s) {
  constexpr std::size_t most = 64;  // entries in one message
  for (std::uint16_t n = 0; n < nodes_; ++n) {
    Handoff handoff;
    for (const Hint& hint : hints_) {
      if (hint.home == NodeId{n} && handoff.entries.size() < most) {
        handoff.entries.push_back(hint.entry);
      }
    }
    if (handoff.entries.empty()) continue;
    send(s, NodeId{n}, {std::move(handoff)});
    if (!mutated(Mutation::hint_dropped_early)) continue;
    for (std::size_t i = hints_.size(); i-- > 0;) {
      if (hints_[i].home == NodeId{n}) drop_hint(s, i);
    }
  }
}

void Leaderless::handle(Step& s, NodeId from, const Handoff& handoff) {
  if (disk_failed_) return;
  HandedOff done;
  bool waits = false;
  for (const Entry& entry : handoff.entries) {
    if (!entry.datum || !is_home(entry.object)) continue;
    merge_here(s, entry);
    Item& item = item_of(entry.object);
    if (under_way(item.write)) {
      if (item.write != this_write()) changed(s, item, SharedDatum(item.datum));
      waits = true;
    }
    done.receipts.push_back({entry.object, entry.datum->digest()});
  }
  send(s, from, {std::move(done)}, waits ? this_write() : 0);
}

// A hint that has grown meanwhile is handed over once more.
void Leaderless::handle(Step& s, NodeId from, const HandedOff& done) {
  for (std::size_t i = hints_.size(); i-- > 0;) {
    const Hint& hint = hints_[i];
    const Receipt receipt{hint.entry.object, hint.entry.datum->digest()};
    const bool home = hint.home == from && std::find(done.receipts.begin(), done.receipts.end(),
                                                     receipt) != done.receipts.end();
    if (home) drop_hint(s, i);
  }
}

void Leaderless::drop_hint(Step& s, std::size_t place) {
  Hint gone = hints_[place];
  gone.entry.datum = {};
  gone.dropped = true;
  gone.write = 0;
  s.record.hints.push_back(gone);
  hints_.erase(hints_.begin() + static_cast<std::ptrdiff_t>(place));
}

}  // namespace tribunal::sut
