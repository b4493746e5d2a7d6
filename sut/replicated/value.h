// One object as a plain value, without a past: what a policy that replaces values whole replaces.
#pragma once

#include <cstdint>
#include <tuple>
#include <vector>

#include "base/ids.h"
#include "sut/command.h"

namespace tribunal::sut::replicated {

// Objects of different types are different objects, also under one key (as in sut/store.h).
enum class Type : std::uint8_t { reg, set, counter, queue, lock };
Type type_of(CommandKind kind);

struct Value {
  Type type = Type::reg;
  bool present = false;             // register: was written; lock: is held
  std::int64_t number = 0;          // register, counter: the value; lock: its owner
  std::int64_t token = 0;           // set: the greatest fencing token seen; lock: of its holder
  Time ends{};                      // lock: of the lease; Time::max(): never
  std::vector<std::int64_t> items;  // set: ascending; queue: head first

  // Precondition: !is_read(command.kind), the command's type is this one. As Store::apply, on this
  // copy alone.
  Reply apply(const Command& command, Time now);
  // Precondition: is_read(command.kind).
  Reply read() const;
  // Nothing that a client could see.
  bool blank() const;
  Content content(std::uint64_t key) const;
  std::uint64_t wire_bytes() const { return 40 + items.size() * sizeof(std::int64_t); }

  friend bool operator==(const Value&, const Value&) = default;
  static auto fields(auto& self) {
    return std::tie(self.type, self.present, self.number, self.token, self.ends, self.items);
  }

 private:
  Reply add(const Command& command);
  Reply acquire(const Command& command, Time now);
};

// Counters wrap around rather than overflow.
std::int64_t wrapping_add(std::int64_t a, std::int64_t b);

}  // namespace tribunal::sut::replicated
