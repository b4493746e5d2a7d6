// What the harness and a node say to one another over the socket pair that the node inherits.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "cluster/clock.h"
#include "cluster/processes/replica.h"
#include "sut/command.h"
#include "sut/node.h"

namespace tribunal::cluster::wire {

// ---- notices: from the node ----
struct Listening {  // its log is read, and its port is open
  std::uint16_t port = 0;
  std::uint64_t recovered = 0;  // records
  static auto fields(auto& self) { return std::tie(self.port, self.recovered); }
};
struct Refused {  // it does not start, and ends: its log is corrupt, say
  std::string why;
  static auto fields(auto& self) { return std::tie(self.why); }
};
struct Viewed {
  sut::View view;
  static auto fields(auto& self) { return std::tie(self.view); }
};
struct WitnessedEvent {
  Time at{};  // true time
  sut::Witness witness;
  static auto fields(auto& self) { return std::tie(self.at, self.witness); }
};
struct Witnessed {  // in order
  std::vector<WitnessedEvent> events;
  static auto fields(auto& self) { return std::tie(self.events); }
};
struct Holding {
  std::vector<sut::Content> contents;
  static auto fields(auto& self) { return std::tie(self.contents); }
};
struct Notice {
  std::variant<Listening, Refused, Viewed, Witnessed, Holding> what;
  static auto fields(auto& self) { return std::tie(self.what); }
};

// ---- orders: to the node ----
struct Begin {                       // the first
  std::vector<std::uint16_t> ports;  // by node: where to reach it
  NodeClock clock;
  DiskFaultState disk;
  static auto fields(auto& self) { return std::tie(self.ports, self.clock, self.disk); }
};
struct SetClock {
  NodeClock clock;
  static auto fields(auto& self) { return std::tie(self.clock); }
};
struct SetDisk {
  DiskFaultState disk;
  static auto fields(auto& self) { return std::tie(self.disk); }
};
struct TakeOver {
  static auto fields(auto&) { return std::tie(); }
};
struct ChangeMember {
  NodeId node{};
  bool add = false;
  static auto fields(auto& self) { return std::tie(self.node, self.add); }
};
struct TellContents {  // answered by Holding
  static auto fields(auto&) { return std::tie(); }
};
struct Order {
  std::variant<Begin, SetClock, SetDisk, TakeOver, ChangeMember, TellContents> what;
  static auto fields(auto& self) { return std::tie(self.what); }
};

}  // namespace tribunal::cluster::wire
