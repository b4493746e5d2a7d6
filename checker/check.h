// The entrance to every checker: a history and a model in, a verdict with its proof out.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "checker/verdict.h"
#include "history/history.h"

namespace tribunal::checker {

enum class FailedCas {
  ignore,
  observe
};                                  // a failed cas says nothing | says the value was another one
enum class NilRead { value, any };  // `ok read nil` read nil | read something that was not recorded

struct Options {
  std::string model;                      // "" : recognised from the operations
  std::optional<history::Value> initial;  // default: nil for registers, "" for porcupine-style kv
  FailedCas failed_cas = FailedCas::ignore;
  NilRead nil_read = NilRead::value;
  std::uint64_t step_budget = 0;    // search steps for each key, deterministic; 0: none
  Duration time_budget{};           // 0: none
  std::uint64_t memory_budget = 0;  // bytes for memo and states of a key; 0: none
  std::uint32_t threads = 1;
  bool minimise = true;             // find a minimal core of an invalid history
  std::function<bool()> cancelled;  // polled now and then; true: answer unknown
};

std::vector<std::string> model_names();
// The model that the operations of a history speak, or an error that names what was found.
Result<std::string> recognise_model(const history::History& history);

// Errors are bad usage: an operation the model does not know (with its event index), a wrong shape
// of value.
Result<Check> check_linearizable(const history::History& history, const Options& options);

}  // namespace tribunal::checker
