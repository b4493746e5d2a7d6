// A binary heap of small entries; the bytes lie beside it.
#include "cluster/processes/delivery_queue.h"

#include <algorithm>
#include <utility>

namespace tribunal::cluster {

bool DeliveryQueue::later(const Entry& a, const Entry& b) {
  return a.when != b.when ? a.when > b.when : a.sequence > b.sequence;
}

void DeliveryQueue::add(Entry entry) {
  entry.sequence = next_sequence_++;
  heap_.push_back(entry);
  std::push_heap(heap_.begin(), heap_.end(), later);
}

std::uint32_t DeliveryQueue::store(wire::ByteView frame) {
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  slots_[slot].assign(frame.begin(), frame.end());
  return slot;
}

void DeliveryQueue::release(std::uint32_t slot, wire::Bytes&& bytes) {
  constexpr std::size_t kept_capacity = 4096;  // what one large frame needed is given back
  if (bytes.capacity() <= kept_capacity) {
    slots_[slot] = std::move(bytes);
  } else {
    slots_[slot] = wire::Bytes{};
  }
  free_slots_.push_back(slot);
}

void DeliveryQueue::add_frame(Time when, Destination& to, Side at, wire::ByteView frame,
                              bool first) {
  add({when, 0, &to, store(frame), at, first ? What::first_frame : What::frame});
}

void DeliveryQueue::add_end(Time when, Destination& to, Side at) {
  add({when, 0, &to, 0, at, What::end});
}

Load DeliveryQueue::drop(const Destination& to) {
  Load dropped;
  const auto is_dropped = [&](const Entry& entry) {
    if (entry.to != &to) return false;
    if (entry.what != What::end) {
      wire::Bytes bytes = std::move(slots_[entry.slot]);
      dropped += Load{entry.what == What::frame ? 1U : 0U, bytes.size()};
      release(entry.slot, std::move(bytes));
    }
    return true;
  };
  if (std::erase_if(heap_, is_dropped) != 0) std::make_heap(heap_.begin(), heap_.end(), later);
  return dropped;
}

void DeliveryQueue::run(Time now) {
  while (!heap_.empty() && heap_.front().when <= now) {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    const Entry entry = heap_.back();
    heap_.pop_back();
    if (entry.what == What::end) {
      entry.to->end_arrives(entry.at);
      continue;
    }
    wire::Bytes bytes = std::move(slots_[entry.slot]);
    entry.to->frame_arrives(entry.at, bytes, entry.what == What::first_frame);
    release(entry.slot, std::move(bytes));
  }
}

std::optional<Time> DeliveryQueue::next() const {
  if (heap_.empty()) return std::nullopt;
  return heap_.front().when;
}

}  // namespace tribunal::cluster
