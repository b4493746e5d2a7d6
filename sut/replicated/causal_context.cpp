// Sorted flat vectors: a key is mostly written by a handful of nodes.
#include "sut/replicated/causal_context.h"

#include <algorithm>

namespace tribunal::sut::replicated {
namespace {

constexpr auto by_actor = [](const Dot& dot, Actor actor) { return dot.actor < actor; };

// Of a sorted list with one dot for each actor; end() or the next actor when there is none.
template <class Dots>
auto place_of(Dots& dots, Actor actor) {
  return std::lower_bound(dots.begin(), dots.end(), actor, by_actor);
}

}  // namespace

std::uint64_t CausalContext::upto(Actor actor) const {
  const auto place = place_of(upto_, actor);
  return place != upto_.end() && place->actor == actor ? place->counter : 0;
}

bool CausalContext::covers(const Dot& dot) const {
  return dot.counter <= upto(dot.actor) || std::binary_search(also_.begin(), also_.end(), dot);
}

bool CausalContext::covers(const CausalContext& other) const {
  const auto raised = [&](const Dot& dot) { return dot.counter <= upto(dot.actor); };
  return std::all_of(other.upto_.begin(), other.upto_.end(), raised) &&
         std::all_of(other.also_.begin(), other.also_.end(),
                     [&](const Dot& dot) { return covers(dot); });
}

Order CausalContext::compare(const CausalContext& other) const {
  const bool above = covers(other);
  const bool below = other.covers(*this);
  if (above && below) return Order::equal;
  if (above) return Order::after;
  return below ? Order::before : Order::concurrent;
}

void CausalContext::raise(const Dot& dot) {
  if (dot.counter == 0) return;
  const auto place = place_of(upto_, dot.actor);
  if (place == upto_.end() || place->actor != dot.actor) {
    upto_.insert(place, dot);
  } else if (place->counter < dot.counter) {
    place->counter = dot.counter;
  } else {
    return;
  }
  tidy(dot.actor);
}

void CausalContext::add(const Dot& dot) {
  if (dot.counter == 0 || covers(dot)) return;
  also_.insert(std::lower_bound(also_.begin(), also_.end(), dot), dot);
}

void CausalContext::merge(const CausalContext& other) {
  for (const Dot& dot : other.upto_) raise(dot);
  for (const Dot& dot : other.also_) add(dot);
}

// Counters ascend over all keys, so a single dot next to the vector's end does not extend it: the
// numbers between may be of other keys or of this one. It goes only once the vector has passed it.
void CausalContext::tidy(Actor actor) {
  if (also_.empty()) return;
  const std::uint64_t end = upto(actor);
  std::erase_if(also_, [&](const Dot& d) { return d.actor == actor && d.counter <= end; });
}

std::uint64_t CausalContext::total() const {
  // A single dot weighs half, so that the vector which comes to cover it weighs more.
  std::uint64_t sum = also_.size();
  for (const Dot& dot : upto_) sum += 2 * dot.counter;
  return sum;
}

}  // namespace tribunal::sut::replicated
