#include "cluster/wire/messages.h"

#include <fmt/format.h>

namespace tribunal::cluster::wire {

Status check(const Hello& hello, NodeId self, std::uint16_t nodes, std::uint64_t run) {
  if (hello.run != run) {
    return fail(fmt::format("a hello of run {:016x}, this is run {:016x}", hello.run, run));
  }
  if (hello.nodes != nodes) {
    return fail(
        fmt::format("a hello of a cluster of {} nodes, this one has {}", hello.nodes, nodes));
  }
  if (hello.to != self) {
    return fail(fmt::format("a hello to node {}, this is node {}", index(hello.to), index(self)));
  }
  if (hello.who == Who::node && (index(hello.node) >= nodes || hello.node == self)) {
    return fail(
        fmt::format("a hello of node {} to node {} of {}", index(hello.node), index(self), nodes));
  }
  return {};
}

}  // namespace tribunal::cluster::wire
