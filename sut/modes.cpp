// The registry of replication modes.
#include "sut/modes.h"

#include <algorithm>
#include <cassert>

#include "sut/multi_leader/options.h"
#include "sut/single_leader/options.h"

namespace tribunal::sut {
namespace {

struct Mode {
  Schema schema;
  tribunal::Status (*check)(const Settings&);
  std::vector<std::string> (*claims)(const Settings&);
};

const std::vector<Mode>& registry() {
  // Consensus claims the same whatever its settings: an unsafe setting is a promise that is not
  // kept, not a smaller promise.
  static const auto linearizable = [](const Settings&) {
    return std::vector<std::string>{"linearizable"};
  };
  static const std::vector<Mode> all = {
      {single_leader::schema(),
       [](const Settings& s) {
         return single_leader::check_options(single_leader::options_from(s));
       },
       linearizable},
      {multi_leader::schema(),
       [](const Settings& s) { return multi_leader::check_options(multi_leader::options_from(s)); },
       [](const Settings& s) { return multi_leader::claims(multi_leader::options_from(s)); }},
  };
  return all;
}

const Mode& find_mode(const Settings& settings) {
  const auto& all = registry();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Mode& mode) {
    return mode.schema.name == settings.name();
  });
  assert(found != all.end());
  return *found;
}

}  // namespace

const std::vector<Schema>& modes() {
  static const std::vector<Schema> all = [] {
    std::vector<Schema> schemas;
    for (const Mode& mode : registry()) schemas.push_back(mode.schema);
    return schemas;
  }();
  return all;
}

tribunal::Status check_mode(const Settings& mode) { return find_mode(mode).check(mode); }

std::vector<std::string> claimed_models(const Settings& mode) {
  return find_mode(mode).claims(mode);
}

}  // namespace tribunal::sut
