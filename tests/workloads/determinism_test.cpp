// The same seed means the same operations on every compiler, at every optimisation, with or without
// sanitizers: hashes recorded once. A deliberate change of what seeds mean changes them.
#include <gtest/gtest.h>

#include "base/hash.h"
#include "tests/workloads/recording.h"
#include "workloads/workload.h"

namespace tribunal::workloads {
namespace {

using namespace testing;

std::uint64_t hash_of(const std::string& spelling) {
  WorkloadOptions options;
  options.seed = 11;
  options.concurrency = 7;
  options.rate = 333.3;
  options.length = seconds(5);
  const auto workload = make_workload(*parse_settings("workload", spelling, workloads()), options);
  World world;
  world.concurrency = 7;
  world.seed = 11;
  world.tick = milliseconds(1);
  Store store;
  store.crash_one_in = 50;
  Scheduler scheduler(world, store.system());
  (void)scheduler.run(workload->main);
  Fingerprint print;
  for (const Line& line : scheduler.run(workload->final).lines) {
    print.add(line.time.count()).add(history::index(line.process)).add(line.type).add(line.f);
    print.add(line.value.show()).add(line.key.show());
  }
  return print.value();
}

TEST(Determinism, OfTheRegisterWorkload) {
  EXPECT_EQ(hash_of("register:keys=20"), 1035947879227515327U);
}
TEST(Determinism, OfTheSetWorkload) {
  EXPECT_EQ(hash_of("set:adds=9,reads=1"), 12902122445168069254U);
}

// Every combinator that draws, in one tree.
TEST(Determinism, OfTheCombinators) {
  const auto part = [](const char* f) {
    return stagger(nanoseconds(20), mix({all(f), all("x"), all("y")}));
  };
  const Generator tree = limit(
      2000,
      any({reserve({{2, part("a")}}, part("b")),
           each_thread([&](Thread) { return delay(nanoseconds(150), part("c")); }),
           independent_concurrent(2, {Value::integer(1), Value::integer(2), Value::integer(3)},
                                  [&](const Value&) { return limit(30, part("d")); })}));
  World world;
  world.concurrency = 6;
  world.nemesis = true;
  Fingerprint print;
  for (const Line& line : simulate(tree, random_system(4, 60, 30), world).lines) {
    print.add(line.time.count()).add(history::index(line.process)).add(line.type).add(line.f);
  }
  EXPECT_EQ(print.value(), 18115801768041204889U);
}

}  // namespace
}  // namespace tribunal::workloads
