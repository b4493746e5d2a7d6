// The registry of replication modes.
#include "sut/modes.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "sut/leaderless/options.h"
#include "sut/leaderless/placement.h"
#include "sut/multi_leader/options.h"
#include "sut/raft/options.h"
#include "sut/single_leader/options.h"

namespace tribunal::sut {
namespace {

// A log-based mode claims linearizability whatever its settings: an unsafe setting is a promise
// that is not kept, not a smaller promise.
std::vector<std::string> linearizable(const Settings&) { return {"linearizable"}; }

struct Mode {
  Schema schema;
  tribunal::Status (*check)(const Settings&);
  std::vector<std::string> (*claim)(const Settings&);
  const std::vector<std::pair<std::string, std::string>>& (*bugs)();
};

const std::vector<Mode>& registry() {
  static const std::vector<Mode> all = {
      {single_leader::schema(),
       [](const Settings& s) {
         return single_leader::check_options(single_leader::options_from(s));
       },
       linearizable, single_leader::planted_bugs},
      {raft::schema(), [](const Settings& s) { return raft::check_options(raft::options_from(s)); },
       linearizable, raft::planted_bugs},
      {multi_leader::schema(),
       [](const Settings& s) { return multi_leader::check_options(multi_leader::options_from(s)); },
       [](const Settings& s) { return multi_leader::claims(multi_leader::options_from(s)); },
       multi_leader::planted_bugs},
      {leaderless::schema(),
       [](const Settings& s) { return leaderless::check_options(leaderless::options_from(s)); },
       [](const Settings& s) { return leaderless::claims(leaderless::options_from(s)); },
       leaderless::planted_bugs},
  };
  return all;
}

const Mode& mode_of(const Settings& settings) {
  const auto place = std::find_if(registry().begin(), registry().end(), [&](const Mode& mode) {
    return mode.schema.name == settings.name();
  });
  assert(place != registry().end());
  return *place;
}

bool bugs_allowed = false;

std::vector<Schema> schemas(bool with_bugs) {
  std::vector<Schema> all;
  for (const Mode& mode : registry()) {
    all.push_back(mode.schema);
    if (!with_bugs) continue;
    Setting mutation{"mutation", SettingType::choice, {"none"}, "none", "a bug planted on purpose"};
    for (const auto& [name, what] : mode.bugs()) mutation.choices.push_back(name);
    all.back().settings.push_back(std::move(mutation));
  }
  return all;
}

}  // namespace

const std::vector<PlantedBug>& planted_bugs() {
  static const std::vector<PlantedBug> bugs = [] {
    std::vector<PlantedBug> all;
    for (const Mode& mode : registry()) {
      for (const auto& [name, what] : mode.bugs()) all.push_back({mode.schema.name, name, what});
    }
    return all;
  }();
  return bugs;
}

const std::vector<Schema>& modes() {
  static const std::vector<Schema> plain = schemas(false);
  static const std::vector<Schema> with_bugs = schemas(true);
  return bugs_allowed ? with_bugs : plain;
}

void allow_planted_bugs() { bugs_allowed = true; }

tribunal::Status check_mode(const Settings& mode) { return mode_of(mode).check(mode); }

std::vector<std::string> claimed_model(const Settings& mode) { return mode_of(mode).claim(mode); }

bool keeps(const Settings& mode, std::uint16_t nodes, NodeId node, std::uint64_t key) {
  if (mode.name() != "leaderless") return true;
  const std::uint16_t n = leaderless::options_from(mode).n;
  const leaderless::Placement placement(nodes, n == 0 ? nodes : std::min(n, nodes));
  return placement.is_home(placement.range_of(key), node);
}

}  // namespace tribunal::sut
