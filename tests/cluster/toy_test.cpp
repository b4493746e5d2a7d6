// The one place of this program that compiles the simulation of the toy.
#include <gtest/gtest.h>

#include "tests/cluster/toy_node.h"

namespace tribunal::cluster::toy {

static_assert(sut::Protocol<Node>);

TEST(Toy, RecordsWhatItExperiences) {
  Toys toys;
  toys.ask(2, answer, 4);
  EXPECT_EQ(toys.saw(2), (std::vector<std::string>{"start", "request 4"}));
  EXPECT_EQ(toys.saw(1), std::vector<std::string>{"start"});
}

}  // namespace tribunal::cluster::toy
