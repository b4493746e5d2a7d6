// What replicas of the mode multi-leader send one another, and what they write to their durable
// log.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "base/ids.h"
#include "spec/instance.h"
#include "sut/fields.h"
#include "sut/replicated/causal_context.h"
#include "sut/replicated/datum.h"
#include "sut/replicated/stamp.h"

namespace tribunal::sut::multi_leader {

// A write on its way, and what its writer had applied since its own write before: together with
// the order of each writer's own updates that is everything it can depend on.
struct Entry {
  replicated::Update update;
  replicated::CausalContext dependencies;
  Shared<spec::Event> event{};  // of a transaction, whose update has no more than command and dot
  friend bool operator==(const Entry&, const Entry&) = default;
  static auto fields(auto& self) { return std::tie(self.update, self.dependencies, self.event); }
};

// Objects of different types under one key are different objects.
struct Object {
  replicated::Type type{};
  std::uint64_t key = 0;
  replicated::Datum datum;
  friend bool operator==(const Object&, const Object&) = default;
  static auto fields(auto& self) { return std::tie(self.type, self.key, self.datum); }
};

// Every update in `seen` applied, and no other.
struct Snapshot {
  std::vector<Object> objects;  // by (type, key)
  replicated::CausalContext seen;
  replicated::StampClock clock;             // after all of their stamps
  std::vector<spec::Instance> instances{};  // of a specification, by key
  friend bool operator==(const Snapshot&, const Snapshot&) = default;
  static auto fields(auto& self) {
    return std::tie(self.objects, self.seen, self.clock, self.instances);
  }
};

// What a run has none of does not count: it goes on as it did before there was such a thing.
void fold(Fingerprint& print, const Entry& entry);
void fold(Fingerprint& print, const Snapshot& snapshot);
using SharedSnapshot = Shared<Snapshot>;

// One kind of message does all: it says what the sender has, and brings what the receiver lacks.
struct Message {
  std::uint32_t life = 0;    // of the sender; with number it orders the messages of a link
  std::uint64_t number = 0;  // ascending on this link within a life
  std::uint32_t echo_life = 0;
  std::uint64_t echo = 0;  // the latest number that came the other way, of that life; 0: none
  bool probe = false;      // answer me
  replicated::CausalContext seen;  // what the sender has
  std::vector<Entry> entries;
  SharedSnapshot state;  // instead of entries, for who lacks more than the log holds
  friend bool operator==(const Message&, const Message&) = default;
  static auto fields(auto& self) {
    return std::tie(self.life, self.number, self.echo_life, self.echo, self.probe, self.seen,
                    self.entries, self.state);
  }
};

enum class RecordKind : std::uint8_t {
  boot,        // a life begins
  updates,     // applied in this order
  checkpoint,  // everything: the state, and the recent updates kept for others
};
struct Record {
  RecordKind kind = RecordKind::boot;
  std::uint64_t ordinal = 0;  // counts records, so that recovery sees a gap
  std::uint32_t life = 0;
  replicated::StampClock clock;
  std::vector<Entry> entries;
  SharedSnapshot snapshot;
  replicated::CausalContext floor;  // checkpoint: what is in the snapshot but not in entries
  friend bool operator==(const Record&, const Record&) = default;
  static auto fields(auto& self) {
    return std::tie(self.kind, self.ordinal, self.life, self.clock, self.entries, self.snapshot,
                    self.floor);
  }
};

// For hosts: the content as a hash (traces), in words (traces for people), and its size on a wire.
std::uint64_t content_hash(const Message& message);
std::string show(const Message& message);
std::uint64_t wire_bytes(const Message& message);

}  // namespace tribunal::sut::multi_leader
