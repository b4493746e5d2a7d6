// The registry of replication modes.
#include "sut/modes.h"

#include "sut/single_leader/options.h"

namespace tribunal::sut {

const std::vector<Schema>& modes() {
  static const std::vector<Schema> all = {single_leader::schema()};
  return all;
}

tribunal::Status check_mode(const Settings& mode) {
  return single_leader::check_options(single_leader::options_from(mode));
}

// Whatever its settings: an unsafe setting is a promise that is not kept, not a smaller promise.
std::string claimed_model(const Settings&) { return "linearizable"; }

}  // namespace tribunal::sut
