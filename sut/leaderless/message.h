// What replicas of the mode leaderless send one another, and what they write to their durable log.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "sut/command.h"
#include "sut/fields.h"
#include "sut/leaderless/merkle.h"
#include "sut/replicated/datum.h"

namespace tribunal::sut::leaderless {

inline constexpr NodeId no_node{0xffff};

using replicated::Datum;
using SharedDatum = Shared<Datum>;

// One thing that clients read and write; types do not share keys.
struct Object {
  replicated::Type type = replicated::Type::reg;
  std::uint64_t key = 0;
  friend bool operator==(const Object&, const Object&) = default;
  friend auto operator<=>(const Object&, const Object&) = default;
  static auto fields(auto& self) { return std::tie(self.type, self.key); }
};

struct Entry {
  Object object;
  SharedDatum datum;
  friend bool operator==(const Entry&, const Entry&) = default;
  static auto fields(auto& self) { return std::tie(self.object, self.datum); }
};

// An operation of a coordinator. The life, which every restart begins anew, keeps answers to a
// former one apart.
struct Attempt {
  std::uint32_t life = 0;
  std::uint64_t number = 0;
  friend bool operator==(const Attempt&, const Attempt&) = default;
  static auto fields(auto& self) { return std::tie(self.life, self.number); }
};

// What do you hold? With a claim: and is this request mine alone to carry out?
struct Ask {
  Attempt attempt;
  Object object;
  bool claim = false;
  RequestId request;
  friend bool operator==(const Ask&, const Ask&) = default;
  static auto fields(auto& self) {
    return std::tie(self.attempt, self.object, self.claim, self.request);
  }
};

struct Told {
  Attempt attempt;
  bool granted = false;  // the claim
  bool stored = false;   // the request was carried out already: the datum reflects it
  SharedDatum datum;     // none: holds nothing
  friend bool operator==(const Told&, const Told&) = default;
  static auto fields(auto& self) {
    return std::tie(self.attempt, self.granted, self.stored, self.datum);
  }
};

// Merge this, and say when it is durable. For a home that does not answer: keep it as a hint.
struct Store {
  Attempt attempt;
  Entry entry;
  NodeId hint_for = no_node;
  bool claimed = false;
  RequestId request;
  friend bool operator==(const Store&, const Store&) = default;
  static auto fields(auto& self) {
    return std::tie(self.attempt, self.entry, self.hint_for, self.claimed, self.request);
  }
};

struct Stored {
  Attempt attempt;
  std::uint64_t digest = 0;  // of what the replica holds now
  friend bool operator==(const Stored&, const Stored&) = default;
  static auto fields(auto& self) { return std::tie(self.attempt, self.digest); }
};

// The attempt will never store anything: another one may try.
struct Release {
  Attempt attempt;
  RequestId request;
  friend bool operator==(const Release&, const Release&) = default;
  static auto fields(auto& self) { return std::tie(self.attempt, self.request); }
};

// Hints come home; the answer names what is durable there by its digest.
struct Handoff {
  std::vector<Entry> entries;
  friend bool operator==(const Handoff&, const Handoff&) = default;
  static auto fields(auto& self) { return std::tie(self.entries); }
};
struct Receipt {
  Object object;
  std::uint64_t digest = 0;
  friend bool operator==(const Receipt&, const Receipt&) = default;
  static auto fields(auto& self) { return std::tie(self.object, self.digest); }
};
struct HandedOff {
  std::vector<Receipt> receipts;
  friend bool operator==(const HandedOff&, const HandedOff&) = default;
  static auto fields(auto& self) { return std::tie(self.receipts); }
};

// Anti-entropy over one range of keys. Of every node of the level under `parents`, `hashes` lists
// those under which the sender holds something.
struct Compare {
  std::uint16_t range = 0;
  std::uint32_t level = 0;
  std::vector<std::uint64_t> parents;
  std::vector<MerkleHash> hashes;
  friend bool operator==(const Compare&, const Compare&) = default;
  static auto fields(auto& self) {
    return std::tie(self.range, self.level, self.parents, self.hashes);
  }
};
// All that the sender holds in the buckets that differ.
struct Exchange {
  std::uint16_t range = 0;
  std::vector<std::uint64_t> buckets;
  std::vector<Entry> entries;
  bool answer = false;  // send back what you hold there and I do not
  friend bool operator==(const Exchange&, const Exchange&) = default;
  static auto fields(auto& self) {
    return std::tie(self.range, self.buckets, self.entries, self.answer);
  }
};

struct Message {
  std::variant<Ask, Told, Store, Stored, Release, Handoff, HandedOff, Compare, Exchange> body;
  friend bool operator==(const Message&, const Message&) = default;
  static auto fields(auto& self) { return std::tie(self.body); }
};

// Who may carry out the latest request of a client, as one replica promised.
struct Claim {
  RequestId request;
  NodeId coordinator = no_node;
  Attempt attempt;
  bool stored = false;
  bool released = false;
  std::uint64_t write = 0;  // keeps it; not in records
  friend bool operator==(const Claim&, const Claim&) = default;
  static auto fields(auto& self) {
    return std::tie(self.request, self.coordinator, self.attempt, self.stored, self.released,
                    self.write);
  }
};

// A copy held for a home that did not answer, or in a record: `dropped`, that it came home.
struct Hint {
  NodeId home = no_node;
  Entry entry;
  bool dropped = false;
  std::uint64_t write = 0;
  friend bool operator==(const Hint&, const Hint&) = default;
  static auto fields(auto& self) {
    return std::tie(self.home, self.entry, self.dropped, self.write);
  }
};

// What one step changed; a checkpoint holds everything.
struct Record {
  bool checkpoint = false;
  std::uint32_t life = 0;
  std::vector<Entry> entries;  // to be merged; without a datum: forgotten
  std::vector<Hint> hints;
  std::vector<Claim> claims;
  friend bool operator==(const Record&, const Record&) = default;
  static auto fields(auto& self) {
    return std::tie(self.checkpoint, self.life, self.entries, self.hints, self.claims);
  }
};

// For hosts: the content as a hash (traces), in words (traces for people), its size on a wire, and
// whether it carries what is to be stored (the W of the WARS model).
std::uint64_t content_hash(const Message& message);
std::string show(const Message& message);
std::uint64_t wire_bytes(const Message& message);
bool carries_data(const Message& message);

}  // namespace tribunal::sut::leaderless
