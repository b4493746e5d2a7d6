// Registers and sets in sorted flat vectors. New keys and elements mostly ascend in our workloads,
// so an insertion is an append.
#include "sut/store.h"

#include <algorithm>
#include <cassert>

namespace tribunal::sut {
namespace {

constexpr auto by_key = [](const auto& item, std::uint64_t key) { return item.key < key; };

template <class Items>
auto* find_key(Items& items, std::uint64_t key) {
  const auto place = std::lower_bound(items.begin(), items.end(), key, by_key);
  return place != items.end() && place->key == key ? &*place : nullptr;
}

template <class Item>
Item& find_or_insert(std::vector<Item>& items, std::uint64_t key) {
  const auto place = std::lower_bound(items.begin(), items.end(), key, by_key);
  if (place != items.end() && place->key == key) return *place;
  Item item;
  item.key = key;
  return *items.insert(place, std::move(item));
}

}  // namespace

Status Store::apply(const Command& command) {
  assert(!is_read(command.kind));
  switch (command.kind) {
    case CommandKind::write:
      find_or_insert(registers_, command.key).value = command.a;
      return Status::ok;
    case CommandKind::cas: {
      Register* found = find_key(registers_, command.key);
      if (found == nullptr || found->value != command.a) return Status::mismatch;
      found->value = command.b;
      return Status::ok;
    }
    case CommandKind::add: {
      std::vector<std::int64_t>& elements = find_or_insert(sets_, command.key).elements;
      const auto place = std::lower_bound(elements.begin(), elements.end(), command.a);
      if (place == elements.end() || *place != command.a) elements.insert(place, command.a);
      return Status::ok;
    }
    case CommandKind::read:
    case CommandKind::members:
      break;
  }
  return Status::ok;
}

Reply Store::read(const Command& command) const {
  assert(is_read(command.kind));
  Reply reply;
  reply.status = Status::ok;
  if (command.kind == CommandKind::read) {
    if (const Register* found = find_key(registers_, command.key)) reply.value = found->value;
  } else if (const Set* found = find_key(sets_, command.key)) {
    reply.elements = found->elements;
  }
  return reply;
}

std::uint64_t Store::wire_bytes() const {
  std::uint64_t bytes = registers_.size() * sizeof(Register);
  for (const Set& set : sets_) bytes += sizeof set.key + set.elements.size() * sizeof(std::int64_t);
  return bytes;
}

}  // namespace tribunal::sut
