// What each command does to one copy of one object.
#include "sut/replicated/value.h"

#include <algorithm>
#include <cassert>

namespace tribunal::sut::replicated {
namespace {

Reply answer(Status status) {
  Reply reply;
  reply.status = status;
  return reply;
}

}  // namespace

std::int64_t wrapping_add(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

Type type_of(CommandKind kind) {
  switch (kind) {
    case CommandKind::read:
    case CommandKind::write:
    case CommandKind::cas:
      return Type::reg;
    case CommandKind::add:
    case CommandKind::members:
    case CommandKind::remove:
    case CommandKind::fenced_add:
      return Type::set;
    case CommandKind::increment:
    case CommandKind::count:
    case CommandKind::next_id:
      return Type::counter;
    case CommandKind::enqueue:
    case CommandKind::dequeue:
      return Type::queue;
    case CommandKind::acquire:
    case CommandKind::release:
      return Type::lock;
    case CommandKind::transact:  // not of these types at all
    case CommandKind::inspect:
      break;
  }
  return Type::reg;
}

Reply Value::apply(const Command& command, Time now) {
  assert(!is_read(command.kind) && type_of(command.kind) == type);
  Reply reply = answer(Status::ok);
  switch (command.kind) {
    case CommandKind::write:
      present = true;
      number = command.a;
      return reply;
    case CommandKind::cas:
      if (present ? number != command.a : command.a != never_written)
        return answer(Status::mismatch);
      present = true;
      number = command.b;
      return reply;
    case CommandKind::add:
    case CommandKind::fenced_add:
      return add(command);
    case CommandKind::remove: {
      const auto place = std::lower_bound(items.begin(), items.end(), command.a);
      if (place != items.end() && *place == command.a) items.erase(place);
      return reply;
    }
    case CommandKind::increment:
      number = wrapping_add(number, command.a);
      return reply;
    case CommandKind::next_id:
      number = wrapping_add(number, 1);
      reply.value = number;
      return reply;
    case CommandKind::enqueue:
      items.push_back(command.a);
      return reply;
    case CommandKind::dequeue:
      if (items.empty()) return reply;
      reply.value = items.front();
      items.erase(items.begin());
      return reply;
    case CommandKind::acquire:
      return acquire(command, now);
    case CommandKind::release:
      if (!present || number != command.a) return answer(Status::mismatch);
      present = false;
      return reply;
    case CommandKind::read:
    case CommandKind::members:
    case CommandKind::count:
    case CommandKind::inspect:
      break;
    case CommandKind::transact:
      return answer(Status::mismatch);
  }
  return reply;
}

Reply Value::add(const Command& command) {
  if (command.kind == CommandKind::fenced_add) {
    if (command.b < token) return answer(Status::mismatch);
    token = command.b;
  }
  const auto place = std::lower_bound(items.begin(), items.end(), command.a);
  if (place == items.end() || *place != command.a) items.insert(place, command.a);
  return answer(Status::ok);
}

Reply Value::acquire(const Command& command, Time now) {
  if (present && now < ends) return answer(Status::mismatch);
  present = true;
  number = command.a;
  ++token;
  const Time from = std::max(now, Time{});  // a wall clock may have been set before the run began
  const bool leased = command.b > 0 && command.b < (Time::max() - from).count();
  ends = leased ? from + Duration{command.b} : Time::max();
  Reply reply = answer(Status::ok);
  reply.value = token;
  return reply;
}

Reply Value::read() const {
  Reply reply = answer(Status::ok);
  if (type == Type::reg && present) reply.value = number;
  if (type == Type::counter) reply.value = number;
  if (type == Type::set) reply.elements = items;
  return reply;
}

bool Value::blank() const {
  switch (type) {
    case Type::reg:
    case Type::lock:
      return !present;
    case Type::counter:
      return number == 0;
    case Type::set:
    case Type::queue:
      return items.empty();
  }
  return true;
}

Content Value::content(std::uint64_t key) const {
  switch (type) {
    case Type::reg:
      return {CommandKind::read, key, {number}};
    case Type::counter:
      return {CommandKind::count, key, {number}};
    case Type::set:
      return {CommandKind::members, key, items};
    case Type::queue:
      return {CommandKind::dequeue, key, items};
    case Type::lock:
      return {CommandKind::acquire, key, {present ? 1 : 0, number, token}};
  }
  return {};
}

}  // namespace tribunal::sut::replicated
