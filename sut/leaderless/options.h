// The settings of the mode leaderless, decoded. docs/modes/leaderless.md says what each value gives
// up. "Dynamo" is DeCandia et al., "Dynamo: Amazon's highly available key-value store", SOSP 2007.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/settings.h"
#include "sut/replicated/datum.h"

namespace tribunal::sut::leaderless {

enum class ReadRepair : std::uint8_t { async, sync, off };
enum class WriteRule : std::uint8_t { blind, read_first };
enum class Ids : std::uint8_t { node_blocks, local_counter };
enum class Fsync : std::uint8_t { always, interval, never };

// Bugs planted on purpose, one line each, to prove that tests and checkers see them.
enum class Mutation : std::uint8_t {
  none,
  ack_before_durable,
  short_write_quorum,
  short_read_quorum,
  no_write_back,
  stamp_not_above,
  claims_ignored,
  replace_instead_of_merge,
  hint_dropped_early,
  repeats_counted,
  life_forgotten,
  repair_skips_last,
  unavailable_after_store,
  reads_not_stable,
};
const std::vector<std::pair<std::string, std::string>>& planted_bugs();

struct Options {
  std::uint16_t n = 3;  // replicas of a key; 0: every node
  std::uint16_t r = 2;  // replies a read waits for; 0: a majority of n
  std::uint16_t w = 2;  // acknowledgements a write waits for; 0: a majority of n
  ReadRepair read_repair = ReadRepair::async;
  WriteRule write = WriteRule::blind;
  bool sloppy = false;
  bool anti_entropy = true;
  replicated::Policy conflict = replicated::Policy::lww;
  replicated::ClockKind clock = replicated::ClockKind::hybrid;
  bool cas_quorum = false;
  bool dedup = true;
  Ids ids = Ids::node_blocks;
  bool timeout_as_failure = false;
  Fsync fsync = Fsync::always;
  Duration timeout = milliseconds(500);  // of one request at its coordinator
  Duration resend = milliseconds(100);   // to replicas that stay silent, and to their stand-ins
  Duration handoff_every = milliseconds(500);
  Duration anti_entropy_every = seconds(1);
  Duration tombstone_gc = seconds(24 * 3600);
  Duration fsync_interval = seconds(1);
  std::uint64_t checkpoint_every = 1000;  // records; 0: never
  Mutation mutation = Mutation::none;

  friend bool operator==(const Options&, const Options&) = default;
  static auto fields(auto& self) {
    return std::tie(self.n, self.r, self.w, self.read_repair, self.write, self.sloppy,
                    self.anti_entropy, self.conflict, self.clock, self.cas_quorum, self.dedup,
                    self.ids, self.timeout_as_failure, self.fsync, self.timeout, self.resend,
                    self.handoff_every, self.anti_entropy_every, self.tombstone_gc,
                    self.fsync_interval, self.checkpoint_every, self.mutation);
  }
};

Schema schema();

// Precondition: `settings` was parsed against schema(), or against one that also lists "mutation".
Options options_from(const Settings& settings);
tribunal::Status check_options(const Options& options);

// Linearizable (ABD) or eventually convergent; as `--expect` spells it.
std::vector<std::string> claims(const Options& options);

}  // namespace tribunal::sut::leaderless
