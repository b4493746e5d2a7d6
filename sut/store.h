// The replicated state machine: registers (nil until written), sets of integers, counters, queues,
// locks, and instances of a specification. Kept sorted in flat vectors, so that equal contents are
// equal values.
#pragma once

#include <cstdint>
#include <tuple>
#include <vector>

#include "base/ids.h"
#include "spec/instance.h"
#include "spec/program.h"
#include "sut/command.h"
#include "sut/fields.h"

namespace tribunal::sut {

class Store {
 public:
  // Precondition: !is_read(command.kind). ok, or mismatch when the state forbids the command. `now`
  // is the time that came with the command through the log (leases end by it), so that every
  // replica decides alike. `program`: what transact and inspect are about.
  Reply apply(const Command& command, Time now = {}, const spec::Program& program = {});
  // What apply() answered a command of which no more was kept than status and value.
  Reply again(const Command& command, Reply kept) const;

  // Precondition: is_read(command.kind).
  Reply read(const Command& command, const spec::Program& program = {}) const;

  std::uint64_t wire_bytes() const;
  std::vector<Content> contents() const;

  friend bool operator==(const Store&, const Store&) = default;
  static auto fields(auto& self) {
    return std::tie(self.registers_, self.sets_, self.counters_, self.queues_, self.locks_,
                    self.instances_);
  }

 private:
  struct Register {
    std::uint64_t key = 0;
    std::int64_t value = 0;
    friend bool operator==(const Register&, const Register&) = default;
    static auto fields(auto& self) { return std::tie(self.key, self.value); }
  };
  struct Set {
    std::uint64_t key = 0;
    std::vector<std::int64_t> elements;  // ascending
    std::int64_t token = 0;              // the greatest fencing token seen
    friend bool operator==(const Set&, const Set&) = default;
    static auto fields(auto& self) { return std::tie(self.key, self.elements, self.token); }
  };
  struct Queue {
    std::uint64_t key = 0;
    std::vector<std::int64_t> items;  // head first
    friend bool operator==(const Queue&, const Queue&) = default;
    static auto fields(auto& self) { return std::tie(self.key, self.items); }
  };
  struct Lock {
    std::uint64_t key = 0;
    bool held = false;
    std::int64_t owner = 0;
    std::int64_t token = 0;  // of the latest holder; grows with every new one
    Time ends{};             // of the lease; Time::max(): never
    friend bool operator==(const Lock&, const Lock&) = default;
    static auto fields(auto& self) {
      return std::tie(self.key, self.held, self.owner, self.token, self.ends);
    }
  };

  Reply add(const Command& command);
  Reply acquire(const Command& command, Time now);
  Reply release(const Command& command);
  Reply transact(const Command& command, const spec::Program& program);

  std::vector<Register> registers_;        // by key
  std::vector<Set> sets_;                  // by key
  std::vector<Register> counters_;         // by key; next_id and increment share them
  std::vector<Queue> queues_;              // by key
  std::vector<Lock> locks_;                // by key
  std::vector<spec::Instance> instances_;  // by key
};

// What a run has none of does not count: it goes on as it did before there was such a thing.
inline void fold(Fingerprint& print, const Store& store) {
  const auto& [registers, sets, counters, queues, locks, instances] = Store::fields(store);
  fold(print, registers);
  fold(print, sets);
  fold(print, counters);
  fold(print, queues);
  fold(print, locks);
  if (!instances.empty()) fold(print, instances);
}

}  // namespace tribunal::sut
