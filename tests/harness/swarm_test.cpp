#include "harness/swarm.h"

#include <string_view>

#include <gtest/gtest.h>

#include "base/hash.h"
#include "cluster/actions.h"
#include "nemesis/schedule.h"

namespace tribunal::harness {
namespace {

TEST(Swarm, DrawsTheSameFaultsForASeedAsEver) {
  // Recorded once; a deliberate change of what its seeds mean changes it.
  Fingerprint print;
  for (const char* mode : {"single-leader", "raft", "multi-leader", "leaderless"}) {
    for (std::uint64_t seed = 0; seed < 200; ++seed)
      print.add(std::string_view(swarm(mode, seed).nemesis));
  }
  EXPECT_EQ(print.value(), 12300793444630918964U);
}

TEST(Swarm, DrawsOnlyFaultsThatTheSimulatorCanDo) {
  for (const char* mode : {"single-leader", "raft", "multi-leader", "leaderless"}) {
    const bool members = std::string_view(mode) == "raft";
    const auto& able = cluster::capabilities_of(cluster::ClusterKind::simulated, members);
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
      std::vector<Settings> drawn;
      for (const std::string& spelling : split_spellings(swarm(mode, seed).nemesis))
        drawn.push_back(*parse_settings("nemesis", spelling, nemesis::nemeses()));
      for (const nemesis::Fault& fault : nemesis::seeded(drawn, seed, 5, seconds(30)))
        EXPECT_TRUE(nemesis::supported(fault.kind, able)) << mode << " " << name(fault.kind);
    }
  }
}

}  // namespace
}  // namespace tribunal::harness
