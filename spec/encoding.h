// What a store answers to those who run a specification on it, as plain numbers: answers of stores
// are lists of integers, whatever they are about. Every list comes first with its length.
//
// Decoding is total: a list that encoding did not make gives nothing, or what encodes to it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "spec/execute.h"
#include "spec/state.h"

namespace tribunal::spec {

// To who asked for a transaction that committed.
struct Receipt {
  Stamp stamp;
  std::vector<std::int64_t> arguments;  // of all parameters, minted ones included
  Frontier past;                        // the events that the replica had which decided it
  friend bool operator==(const Receipt&, const Receipt&) = default;
};
std::vector<std::int64_t> encode(const Receipt& receipt);
std::optional<Receipt> decode_receipt(std::span<const std::int64_t> numbers);
Receipt receipt_of(const Event& event);

// To who asked for one that was aborted.
struct Refusal {
  Outcome outcome = Outcome::guard;
  std::uint32_t invariant = 0;  // Outcome::invariant: the first that it would violate
  friend bool operator==(const Refusal&, const Refusal&) = default;
};
std::int64_t encode(const Refusal& refusal);
std::optional<Refusal> decode_refusal(std::int64_t number);

// To who asked what a replica shows.
struct Violation {
  std::uint32_t invariant = 0;
  std::vector<std::int64_t> witness;  // the values of spec::witness, in order
  friend bool operator==(const Violation&, const Violation&) = default;
};
struct Inspection {
  Frontier frontier;  // the events that it has
  std::vector<Violation> violated;
  bool overflowed = false;      // arithmetic left 64 bits: what is violated means nothing
  std::uint64_t digest = 0;     // of the values that it shows
  bool full = false;            // whether `events` were asked for
  std::vector<Event> events{};  // by stamp
  friend bool operator==(const Inspection&, const Inspection&) = default;
};
std::vector<std::int64_t> encode(const Inspection& inspection);
std::optional<Inspection> decode_inspection(std::span<const std::int64_t> numbers);

}  // namespace tribunal::spec
