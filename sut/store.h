// The replicated state machine: registers (nil until written) and sets of integers. Kept sorted in
// flat vectors, so that equal contents are equal values whatever the order of the commands.
#pragma once

#include <cstdint>
#include <tuple>
#include <vector>

#include "sut/command.h"

namespace tribunal::sut {

class Store {
 public:
  // Precondition: !is_read(command.kind). ok, or mismatch for a compare-and-set that found another
  // value.
  Status apply(const Command& command);

  // Precondition: is_read(command.kind).
  Reply read(const Command& command) const;

  std::uint64_t wire_bytes() const;

  friend bool operator==(const Store&, const Store&) = default;
  static auto fields(auto& self) { return std::tie(self.registers_, self.sets_); }

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
    friend bool operator==(const Set&, const Set&) = default;
    static auto fields(auto& self) { return std::tie(self.key, self.elements); }
  };

  std::vector<Register> registers_;  // by key
  std::vector<Set> sets_;            // by key
};

}  // namespace tribunal::sut
