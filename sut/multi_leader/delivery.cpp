// Updates from elsewhere: the order in which they are applied, and the log of recent ones.
#include <algorithm>
#include <utility>

#include "sut/multi_leader/node.h"

namespace tribunal::sut {

using namespace multi_leader;
using replicated::Datum;
using replicated::Dot;

// Updates of one node are taken in order; what comes after a gap is dropped, and sent again once
// the sender hears what is here.
void MultiLeader::admit(Step& s, const Entry& entry) {
  const Dot& dot = entry.update.dot;
  if (dot.actor == actor() || have_.covers(dot)) return;
  const bool follows = dot.counter == have_.upto(dot.actor) + 1;
  if (!follows && !mutated(Mutation::skip_gaps)) return;
  have_.raise(dot);
  if (!deliverable(entry)) {
    waiting_.push_back(entry);
    return;
  }
  deliver(s, entry);
  deliver_waiting(s);
}

// Causal delivery: everything that the writer had applied is applied here, too (Birman, Schiper and
// Stephenson, "Lightweight causal and atomic group multicast", 1991). On arrival, only the order of
// each writer's own updates is kept.
bool MultiLeader::deliverable(const Entry& entry) const {
  const Dot& dot = entry.update.dot;
  if (dot.counter > seen_.upto(dot.actor) + 1 && !mutated(Mutation::skip_gaps)) return false;
  return options_.delivery == Delivery::arrival || mutated(Mutation::skip_dependencies) ||
         seen_.covers(entry.dependencies);
}

void MultiLeader::deliver(Step& s, const Entry& entry) {
  if (entry.event) {
    spec::find_or_add(instances_, entry.update.command.key).deliver(*entry.event);
  } else {
    Datum& datum = datum_of(entry.update.command);
    if (mutated(Mutation::last_arrival_wins)) datum = Datum(datum.policy(), datum.type());
    datum.apply(entry.update);
  }
  if (!mutated(Mutation::deaf_clock)) clock_.observe(entry.update.stamp);
  seen_.raise(entry.update.dot);
  remember(s, entry);
}

void MultiLeader::deliver_waiting(Step& s) {
  for (bool again = true; again;) {
    again = false;
    for (std::size_t i = 0; i < waiting_.size(); ++i) {
      if (!deliverable(waiting_[i])) continue;
      const Entry entry = std::move(waiting_[i]);
      waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
      deliver(s, entry);
      again = true;
      break;
    }
  }
}

void MultiLeader::remember(Step& s, const Entry& entry) {
  log_.push_back({entry, s.clocks.steady});
  ++since_checkpoint_;
  shorten_log();
}

// The log is cut in larger pieces than one, so that cutting costs little for each update.
void MultiLeader::shorten_log() {
  if (log_.size() < options_.keep_log + options_.keep_log / 4 + 1) return;
  const std::uint64_t can_go = std::min(log_end() - options_.keep_log, written_) - log_base_;
  for (std::uint64_t i = 0; i < can_go; ++i) floor_.raise(log_[i].entry.update.dot);
  log_.erase(log_.begin(), log_.begin() + static_cast<std::ptrdiff_t>(can_go));
  log_base_ += can_go;
}

// A full state is joined to what is here. Its sender's state was causally closed and so is this
// one, hence their join is.
void MultiLeader::install(const Snapshot& snapshot) {
  if (seen_.covers(snapshot.seen) && !mutated(Mutation::replace_on_transfer)) return;
  for (const Object& object : snapshot.objects) {
    if (object.datum.policy() != options_.conflict) continue;
    Datum& here = datum(object.type, object.key);
    if (mutated(Mutation::replace_on_transfer)) {
      here = object.datum;
    } else {
      here.merge(object.datum);
    }
  }
  for (const spec::Instance& instance : snapshot.instances) merge(instance);
  if (!mutated(Mutation::deaf_clock)) clock_.observe(snapshot.clock);
  seen_.merge(snapshot.seen);
  have_.merge(snapshot.seen);
  floor_.merge(snapshot.seen);  // what came this way is in no log entry
  std::erase_if(waiting_, [&](const Entry& e) { return seen_.covers(e.update.dot); });
  checkpoint_due_ = true;
}

void MultiLeader::merge(const spec::Instance& instance) {
  spec::Instance& here = spec::find_or_add(instances_, instance.key);
  if (mutated(Mutation::replace_on_transfer)) here = spec::Instance{instance.key, {}, 0};
  for (const spec::Event& event : instance.events) here.deliver(event);
}

}  // namespace tribunal::sut
