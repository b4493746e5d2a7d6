// The registry of replication modes.
#include "sut/modes.h"

#include <algorithm>
#include <cassert>

#include "sut/raft/options.h"
#include "sut/multi_leader/options.h"
#include "sut/leaderless/options.h"
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
};

const std::vector<Mode>& registry() {
  static const std::vector<Mode> all = {
      {single_leader::schema(),
       [](const Settings& s) {
         return single_leader::check_options(single_leader::options_from(s));
       },
       linearizable},
      {raft::schema(), [](const Settings& s) { return raft::check_options(raft::options_from(s)); },
       linearizable},
      {multi_leader::schema(),
       [](const Settings& s) { return multi_leader::check_options(multi_leader::options_from(s)); },
       [](const Settings& s) { return multi_leader::claims(multi_leader::options_from(s)); }},
      {leaderless::schema(),
       [](const Settings& s) { return leaderless::check_options(leaderless::options_from(s)); },
       [](const Settings& s) { return leaderless::claims(leaderless::options_from(s)); }},
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

}  // namespace

const std::vector<Schema>& modes() {
  static const std::vector<Schema> schemas = [] {
    std::vector<Schema> all;
    for (const Mode& mode : registry()) all.push_back(mode.schema);
    return all;
  }();
  return schemas;
}

tribunal::Status check_mode(const Settings& mode) { return mode_of(mode).check(mode); }

std::vector<std::string> claimed_model(const Settings& mode) { return mode_of(mode).claim(mode); }

}  // namespace tribunal::sut
