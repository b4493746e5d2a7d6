#include "checker/invariants/invariants.h"

#include <algorithm>
#include <set>

#include "checker/confluence/invariants_held.h"
#include "checker/confluence/recorded.h"
#include "checker/invariants/counter.h"
#include "checker/invariants/lock.h"
#include "checker/invariants/queue.h"
#include "checker/invariants/set_analysis.h"
#include "checker/invariants/unique_ids.h"

namespace tribunal::checker::invariants {
namespace {

using history::History;
using Checks = std::vector<Check>;

Checks counter(const History& history) { return {check_counter(history)}; }
Checks pn_counter(const History& history) { return {check_counter(history, {true})}; }
Checks unique_ids(const History& history) { return {check_unique_ids(history)}; }
Checks queue(const History& history) { return {check_queue(history)}; }
Checks total_queue(const History& history) { return {check_queue(history, {true})}; }
Checks set_full(const History& history) { return {check_set(history)}; }
Checks lock(const History& history) {
  return {check_mutual_exclusion(history), check_fencing(history), check_protected(history)};
}

Checks spec_invariants(const History& history) {
  return {confluence::check_invariants_held(history)};
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

const std::vector<Invariant>& invariants() {
  static const std::vector<Invariant> list = {
      {"counter",
       {"increment", "add", "read"},
       {"increment"},
       "every read lies between what was acknowledged and what was attempted",
       counter},
      {"pn-counter",
       {"increment", "add", "read"},
       {},
       "final reads show a sum that the additions can make",
       pn_counter},
      {"unique-ids", {"next_id"}, {"next_id"}, "no identifier is given out twice", unique_ids},
      {"unique-ids",  // as Maelstrom spells it
       {"generate"},
       {"generate"},
       "no identifier is given out twice",
       unique_ids},
      {"queue",
       {"enqueue", "dequeue", "drain"},
       {"enqueue"},
       "what goes in comes out once, in order",
       queue},
      {"total-queue",
       {"enqueue", "dequeue", "drain"},
       {},
       "what goes in comes out at least once",
       total_queue},
      {"lock",
       {"acquire", "release", "add", "read", "write"},
       {"acquire", "add"},
       "one holder at a time, and fencing of what the lock protects",
       lock},
      {"set-full",
       {"add", "read"},
       {},
       "what became of each element of a set that grows",
       set_full},
      {"spec-invariants",  // its other operations are the transactions of any specification
       {confluence::inspect_name},
       {},
       "inspections of replicas show no invariant of the specification violated",
       spec_invariants},
  };
  return list;
}

const Invariant* find_invariant(const std::string& name) {
  for (const Invariant& invariant : invariants()) {
    if (invariant.name == name) return &invariant;
  }
  return nullptr;
}

std::vector<std::string> invariant_names() {
  std::vector<std::string> names;
  for (const Invariant& invariant : invariants()) {
    if (names.empty() || names.back() != invariant.name) names.push_back(invariant.name);
  }
  return names;
}

const Invariant* recognise_invariant(const History& history) {
  std::set<std::string> found;
  for (std::uint32_t i = 0; i < history.size(); ++i) {
    if (history.process(i) != history::Process::nemesis) found.insert(history.name(history.f(i)));
  }
  for (const Invariant& invariant : invariants()) {
    if (invariant.recognised_by.empty()) continue;
    const bool knows_all = std::all_of(found.begin(), found.end(), [&](const std::string& f) {
      return contains(invariant.functions, f);
    });
    const bool meant = std::all_of(invariant.recognised_by.begin(), invariant.recognised_by.end(),
                                   [&](const std::string& f) { return found.count(f) != 0; });
    if (knows_all && meant) return &invariant;
  }
  return nullptr;
}

const std::vector<Promise>& promises() {
  static const std::vector<Promise> list = {
      {"counter", "a counter shows what was added to it, once"},
      {"unique-ids", "no identifier is given out twice"},
      {"queue", "what goes into a queue comes out once, in order"},
      {"set", "what was added to a set stays, and nothing else is in it"},
      {"mutual-exclusion", "a lock has one holder at a time"},
      {"fencing", "what a lock protects takes no write of a deposed holder"},
      {"protected", "nothing that was written under a lock is lost"},
      {"unique-claims", "a name belongs to one client"},
      {"invariants", "the invariants of the specification hold at every replica"},
  };
  return list;
}

}  // namespace tribunal::checker::invariants
