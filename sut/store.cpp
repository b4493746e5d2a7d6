// Every object in sorted flat vectors. New keys and elements mostly ascend in our workloads,
// so an insertion is an append.
#include "sut/store.h"

#include <algorithm>
#include <cassert>

#include "sut/transactions.h"

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

Reply refusal() {
  Reply reply;
  reply.status = Status::mismatch;
  return reply;
}

// Counters wrap around rather than overflow: clients may ask for anything.
std::int64_t wrapping_add(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

}  // namespace

Reply Store::apply(const Command& command, Time now, const spec::Program& program) {
  assert(!is_read(command.kind));
  Reply reply;
  reply.status = Status::ok;
  switch (command.kind) {
    case CommandKind::write:
      find_or_insert(registers_, command.key).value = command.a;
      return reply;
    case CommandKind::cas: {
      Register* found = find_key(registers_, command.key);
      if (found == nullptr && command.a == never_written) {
        find_or_insert(registers_, command.key).value = command.b;
        return reply;
      }
      if (found == nullptr || found->value != command.a) return refusal();
      found->value = command.b;
      return reply;
    }
    case CommandKind::add:
    case CommandKind::fenced_add:
      return add(command);
    case CommandKind::remove:
      if (Set* found = find_key(sets_, command.key)) {
        const auto place =
            std::lower_bound(found->elements.begin(), found->elements.end(), command.a);
        if (place != found->elements.end() && *place == command.a) found->elements.erase(place);
      }
      return reply;
    case CommandKind::increment: {
      std::int64_t& value = find_or_insert(counters_, command.key).value;
      value = wrapping_add(value, command.a);
      return reply;
    }
    case CommandKind::next_id: {
      std::int64_t& value = find_or_insert(counters_, command.key).value;
      value = wrapping_add(value, 1);
      reply.value = value;
      return reply;
    }
    case CommandKind::enqueue:
      find_or_insert(queues_, command.key).items.push_back(command.a);
      return reply;
    case CommandKind::dequeue: {
      Queue* found = find_key(queues_, command.key);
      if (found == nullptr || found->items.empty()) return reply;
      reply.value = found->items.front();
      found->items.erase(found->items.begin());
      return reply;
    }
    case CommandKind::acquire:
      return acquire(command, now);
    case CommandKind::release:
      return release(command);
    case CommandKind::transact:
      return transact(command, program);
    case CommandKind::read:
    case CommandKind::members:
    case CommandKind::count:
    case CommandKind::inspect:
      break;
  }
  return reply;
}

Reply Store::add(const Command& command) {
  Set& set = find_or_insert(sets_, command.key);
  if (command.kind == CommandKind::fenced_add) {
    if (command.b < set.token) return refusal();
    set.token = command.b;
  }
  const auto place = std::lower_bound(set.elements.begin(), set.elements.end(), command.a);
  if (place == set.elements.end() || *place != command.a) set.elements.insert(place, command.a);
  Reply reply;
  reply.status = Status::ok;
  return reply;
}

// A lease that has ended is up for grabs; its holder may not know (Kleppmann, "How to do
// distributed locking", 2016), which is what the token is for.
Reply Store::acquire(const Command& command, Time now) {
  Lock& lock = find_or_insert(locks_, command.key);
  if (lock.held && now < lock.ends) return refusal();
  lock.held = true;
  lock.owner = command.a;
  ++lock.token;
  const bool leased = command.b > 0 && command.b < (Time::max() - std::max(now, Time{})).count();
  lock.ends = leased ? now + Duration{command.b} : Time::max();
  Reply reply;
  reply.status = Status::ok;
  reply.value = lock.token;
  return reply;
}

Reply Store::release(const Command& command) {
  Lock* lock = find_key(locks_, command.key);
  if (lock == nullptr || !lock->held || lock->owner != command.a) return refusal();
  lock->held = false;
  Reply reply;
  reply.status = Status::ok;
  return reply;
}

// One log, one replica: all transactions see all that came before them.
Reply Store::transact(const Command& command, const spec::Program& program) {
  Decided decided = sut::transact(program, spec::find(instances_, command.key), command, Decider{});
  if (decided.event) {
    spec::find_or_add(instances_, command.key).commit(*std::move(decided.event));
  }
  return std::move(decided.reply);
}

Reply Store::again(const Command& command, Reply kept) const {
  if (command.kind != CommandKind::transact || kept.status != Status::ok || !kept.value) {
    return kept;
  }
  const spec::Instance* instance = spec::find(instances_, command.key);
  return instance != nullptr ? committed_again(*instance, *kept.value) : kept;
}

Reply Store::read(const Command& command, const spec::Program& program) const {
  assert(is_read(command.kind));
  if (command.kind == CommandKind::inspect) {
    return inspect(program, spec::find(instances_, command.key), command);
  }
  Reply reply;
  reply.status = Status::ok;
  if (command.kind == CommandKind::read) {
    if (const Register* found = find_key(registers_, command.key)) reply.value = found->value;
  } else if (command.kind == CommandKind::count) {
    const Register* found = find_key(counters_, command.key);
    reply.value = found == nullptr ? 0 : found->value;
  } else if (const Set* found = find_key(sets_, command.key)) {
    reply.elements = found->elements;
  }
  return reply;
}

std::uint64_t Store::wire_bytes() const {
  std::uint64_t bytes = (registers_.size() + counters_.size()) * sizeof(Register);
  for (const Set& set : sets_) bytes += sizeof set.key + set.elements.size() * sizeof(std::int64_t);
  for (const Queue& queue : queues_) {
    bytes += sizeof queue.key + queue.items.size() * sizeof(std::int64_t);
  }
  for (const spec::Instance& instance : instances_) bytes += sut::wire_bytes(instance);
  return bytes + locks_.size() * sizeof(Lock);
}

std::vector<Content> Store::contents() const {
  std::vector<Content> all;
  for (const Register& r : registers_) all.push_back({CommandKind::read, r.key, {r.value}});
  for (const Set& set : sets_) all.push_back({CommandKind::members, set.key, set.elements});
  for (const Register& c : counters_) all.push_back({CommandKind::count, c.key, {c.value}});
  for (const Queue& q : queues_) all.push_back({CommandKind::dequeue, q.key, q.items});
  for (const Lock& lock : locks_) {
    all.push_back({CommandKind::acquire, lock.key, {lock.held ? 1 : 0, lock.owner, lock.token}});
  }
  for (const spec::Instance& instance : instances_) all.push_back(content(instance));
  return all;
}

}  // namespace tribunal::sut
