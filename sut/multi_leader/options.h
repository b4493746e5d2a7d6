// The settings of the mode multi-leader (docs/modes/multi-leader.md says what each gives up).
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/settings.h"
#include "sut/replicated/datum.h"
#include "sut/replicated/stamp.h"

namespace tribunal::sut::multi_leader {

enum class Topology : std::uint8_t { all_to_all, ring, star };
enum class Delivery : std::uint8_t { causal, arrival };
enum class Fsync : std::uint8_t { always, interval, never };
enum class Certify : std::uint8_t { off, writeset, on };
enum class Ids : std::uint8_t { node_blocks, local };

// One-line bugs, planted by tests to prove that they would notice.
enum class Mutation : std::uint8_t {
  none,
  ack_before_durable,
  reuse_life,
  skip_dependencies,
  skip_gaps,
  forget_relay,
  replace_on_transfer,
  last_arrival_wins,
  deaf_clock,
  no_transfer,
};
// Names as spelled in settings, and what each breaks; in the order of the enum without none.
const std::vector<std::pair<std::string, std::string>>& planted_bugs();

struct Options {
  Topology topology = Topology::all_to_all;
  replicated::Policy conflict = replicated::Policy::crdt;  // crdt_max: crdt and crdt-register=max
  replicated::ClockKind clock = replicated::ClockKind::hybrid;
  Delivery delivery = Delivery::causal;
  Fsync fsync = Fsync::always;
  Certify certify = Certify::off;
  Ids ids = Ids::node_blocks;
  std::uint64_t snapshot_every = 1000;  // updates; 0: never
  std::uint64_t keep_log = 1000;        // updates
  Duration sync_every = milliseconds(20);
  Duration reroute_after = milliseconds(500);
  Duration fsync_interval = seconds(1);
  Mutation mutation = Mutation::none;

  friend bool operator==(const Options&, const Options&) = default;
  static auto fields(auto& self) {
    return std::tie(self.topology, self.conflict, self.clock, self.delivery, self.fsync,
                    self.certify, self.ids, self.snapshot_every, self.keep_log, self.sync_every,
                    self.reroute_after, self.fsync_interval, self.mutation);
  }
};

Schema schema();

// Precondition: `settings` was parsed against schema(), perhaps with "mutation" added.
Options options_from(const Settings& settings);
tribunal::Status check_options(const Options& options);

// What the mode promises with these settings.
std::vector<std::string> claims(const Options& options);

}  // namespace tribunal::sut::multi_leader
