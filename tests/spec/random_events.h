// Random runs of replicas, with everything that a definition by event sets needs to know of each
// event: the body that made it and the events that its origin had.
#pragma once

#include <algorithm>
#include <set>
#include <vector>

#include "base/choices.h"
#include "spec/replica.h"
#include "specimen.h"

namespace tribunal::spec {

// One variable of each kind; every op changes one cell, some of them more than once.
inline constexpr const char* zoo = R"(
  sort E[2];
  counter c[E] = 3; gset g[E]; tpset t[E]; awset a[E]; rwset r[E]; lww l[E]: int = 9;
  tpset t1 = true; awset a1 = true; rwset r1 = true;
  op sum_up(e: E, n: int) { c[e] += n; c[e] -= 1; }
  op grow(e: E) { add g[e]; }
  op tput(e: E) { add t[e]; }
  op tdrop(e: E) { remove t[e]; }
  op aput(e: E) { add a[e]; }
  op adrop(e: E) { remove a[e]; }
  op rput(e: E) { add r[e]; }
  op rdrop(e: E) { remove r[e]; }
  op write(e: E, n: int) { l[e] := n + 1; l[e] := n; }
  op tagain() { add t1; }
  op tgone() { remove t1; }
  op aagain() { add a1; }
  op agone() { remove a1; }
  op ragain() { add r1; }
  op rgone() { remove r1; }
  op atwice(e: E) { add a[e]; remove a[e]; add a[e]; }
  op agone2(e: E) { add a[e]; remove a[e]; }
  op rtwice(e: E) { remove r[e]; add r[e]; remove r[e]; }
  op rback(e: E) { remove r[e]; add r[e]; }
)";

// The same with registers whose merge is that of values.
inline constexpr const char* zoo_of_extrema = R"(
  max high = 2; min low = 2; counter c;
  op mark(n: int) { high := n; low := n; c += 1; }
)";

struct Known {
  Event event;
  std::set<std::size_t> past;  // of the list
};

// `steps` executions and merges among three replicas.
class RandomEvents {
 public:
  RandomEvents(const Specimen& specimen, std::uint64_t seed, int steps)
      : specimen_(specimen), choices_(seed, 0), replicas(3, Replica(specimen.layout)), has(3) {
    for (int i = 0; i < steps; ++i) {
      const auto here = pick(3);
      if (choices_.chance("merge"_site, 300'000)) {
        merge(here, (here + 1 + pick(2)) % 3);
      } else {
        execute(here);
      }
    }
  }

  std::vector<Known> events;  // causes first

 private:
  std::uint32_t pick(std::uint64_t bound) {
    return static_cast<std::uint32_t>(choices_.below("pick"_site, bound));
  }
  void merge(std::uint32_t to, std::uint32_t from) {
    replicas[to].merge(specimen_.layout, replicas[from]);
    has[to].insert(has[from].begin(), has[from].end());
  }
  void execute(std::uint32_t here) {
    const auto op = pick(specimen_.spec.transactions.size());
    std::vector<std::int64_t> arguments;
    for (const Parameter& parameter : specimen_.spec.transactions[op].parameters) {
      const bool integer = parameter.type.base == Type::Base::integer;
      arguments.push_back(integer ? pick(7) - std::int64_t{3}
                                  : pick(specimen_.layout.size_of(parameter.type)));
    }
    const Attempt made = replicas[here].attempt(specimen_.layout, op, arguments, here, 3);
    ASSERT_EQ(made.outcome, Outcome::committed);
    replicas[here].commit(specimen_.layout, made.event);
    events.push_back({made.event, has[here]});
    has[here].insert(events.size() - 1);
  }

  const Specimen& specimen_;
  Choices choices_;

 public:
  std::vector<Replica> replicas;
  std::vector<std::set<std::size_t>> has;  // by replica: which of `events`
};

}  // namespace tribunal::spec
