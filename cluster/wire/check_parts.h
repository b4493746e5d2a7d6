// The rules that the messages of several modes share. Each takes the inspection that it reports to.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "spec/instance.h"
#include "spec/program.h"
#include "sut/log.h"
#include "sut/replicated/causal_context.h"
#include "sut/replicated/datum.h"
#include "sut/replicated/stamp.h"
#include "sut/replicated/value.h"
#include "sut/sessions.h"
#include "sut/store.h"

namespace tribunal::cluster::wire {

// Keeps the first rule that was broken. Later rules are still evaluated, so they must not rest on
// earlier ones.
class Inspection {
 public:
  void expect(bool holds, const char* expectation) {
    if (!holds && broken_ == nullptr) broken_ = expectation;
  }
  Status status() const {
    if (broken_ == nullptr) return {};
    return fail(std::string("expected ") + broken_);
  }

 private:
  const char* broken_ = nullptr;
};

// Of indexes, terms, rounds and counters: what is added to them in the life of a run does not
// overflow.
inline constexpr std::uint64_t counter_limit = std::uint64_t{1} << 62;
constexpr bool bounded(std::uint64_t counter) { return counter < counter_limit; }
constexpr bool bounded(std::int64_t number) {
  constexpr auto limit = static_cast<std::int64_t>(counter_limit);
  return -limit < number && number < limit;
}
template <class... T>
void expect_bounded(Inspection& in, T... counters) {
  in.expect((bounded(counters) && ...), "counters below 2^62");
}

template <class Items, class Key = std::identity>
bool ascending(const Items& items, Key key = {}) {
  const auto falls = [&](const auto& a, const auto& b) {
    return !(std::invoke(key, a) < std::invoke(key, b));
  };
  return std::adjacent_find(items.begin(), items.end(), falls) == items.end();
}

// Bit i is node i.
constexpr bool only_nodes(std::uint64_t mask, std::uint16_t nodes) {
  return nodes >= 64 || mask >> nodes == 0;
}

// ---- a specification's data ----
void inspect(Inspection& in, const spec::Event& event, const spec::Program& program);
void inspect(Inspection& in, const std::vector<spec::Instance>& instances,
             const spec::Program& program);

// ---- a state behind one log ----
void inspect(Inspection& in, const sut::Store& store, const spec::Program& program);
void inspect(Inspection& in, const sut::Sessions& sessions);
void inspect(Inspection& in, const sut::Position& position);
template <class Entries>
void inspect_entries(Inspection& in, const Entries& entries) {
  for (const auto& entry : entries) expect_bounded(in, entry.term, entry.id.sequence);
}

// ---- objects without a single log ----
void inspect(Inspection& in, const sut::replicated::CausalContext& context, std::uint16_t nodes);
void inspect(Inspection& in, const sut::replicated::Stamp& stamp, std::uint16_t nodes);
void inspect(Inspection& in, const sut::replicated::StampClock& clock);
void inspect(Inspection& in, const sut::replicated::Value& value, sut::replicated::Type type);
// What kind of object it is, under a policy, decides what must be there.
void inspect(Inspection& in, const sut::replicated::Update& update, sut::replicated::Policy policy,
             std::uint16_t nodes);
void inspect(Inspection& in, const sut::replicated::Datum& datum, sut::replicated::Policy policy,
             sut::replicated::Type type, std::uint16_t nodes);

}  // namespace tribunal::cluster::wire
