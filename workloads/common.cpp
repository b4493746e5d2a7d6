// What workloads have in common; see kinds.h.
#include <algorithm>

#include "checker/consistency.h"
#include "workloads/kinds.h"

namespace tribunal::workloads {

Setting number(const char* key, const char* initial, std::int64_t least, std::int64_t most,
               const char* description) {
  return {key, SettingType::integer, {}, initial, description, least, most};
}

Setting choice(const char* key, std::vector<std::string> choices, const char* initial,
               const char* description) {
  Setting setting;
  setting.key = key;
  setting.type = SettingType::choice;
  setting.choices = std::move(choices);
  setting.initial = initial;
  setting.description = description;
  return setting;
}

Setting toggle(const char* key, const char* initial, const char* description) {
  return choice(key, {"on", "off"}, initial, description);
}

Setting duration(const char* key, const char* initial, const char* description) {
  Setting setting;
  setting.key = key;
  setting.type = SettingType::duration;
  setting.initial = initial;
  setting.description = description;
  return setting;
}

std::uint64_t natural(const Settings& settings, const char* key) {
  return static_cast<std::uint64_t>(settings.integer(key));
}

Generator main_phase(Generator inner, const WorkloadOptions& options) {
  if (options.rate > 0) {
    const auto gap = static_cast<std::int64_t>(1e9 / options.rate + 0.5);
    inner = stagger(Duration{std::max<std::int64_t>(gap, 1)}, std::move(inner));
  }
  return time_limit(options.length, clients(std::move(inner)));
}

Generator final_reads() {
  const Generator read =
      time_limit(seconds(30), delay(milliseconds(100), repeat({"read", {}, {}, false})));
  return clients(each_thread([read](Thread) { return until_ok(read); }));
}

std::vector<std::string> register_models() {
  std::vector<std::string> models{"linearizable"};
  const auto& weaker = checker::weaker_models();
  models.insert(models.end(), weaker.begin(), weaker.end());
  return models;
}

std::vector<checker::Check> check_registers(const history::History& history,
                                            const checker::Options& options) {
  checker::Options how = options;
  if (how.model.empty()) how.model = "cas-register";
  return checker::check_registers(history, how);
}

checker::Check linearizable(const history::History& history, checker::Options options,
                            const char* model) {
  if (options.model.empty()) options.model = model;
  auto check = checker::check_linearizable(history, options);
  if (check) return *std::move(check);
  checker::Check undecided;
  undecided.name = "linearizable";
  undecided.model = options.model;
  undecided.validity = checker::Validity::unknown;
  undecided.reason = check.error().message;
  return undecided;
}

}  // namespace tribunal::workloads
