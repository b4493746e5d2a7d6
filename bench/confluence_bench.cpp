// How long it takes to decide each specification of scenarios/confluence, to advise on those that
// are not confluent, and to prove the others a second time. Counters: questions to the solver.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include <benchmark/benchmark.h>

#include "checker/confluence/advice.h"
#include "checker/confluence/decision.h"
#include "checker/confluence/recheck.h"
#include "spec/parse.h"

namespace {

using namespace tribunal;
namespace confluence = tribunal::checker::confluence;

std::map<std::string, spec::Spec> specs() {
  std::map<std::string, spec::Spec> found;
  for (const auto& entry : std::filesystem::directory_iterator("scenarios/confluence")) {
    if (entry.path().extension() != ".icf") continue;
    std::ifstream in(entry.path());
    std::stringstream text;
    text << in.rdbuf();
    auto spec = spec::parse(text.str());
    if (spec) found.emplace(entry.path().stem().string(), *std::move(spec));
  }
  return found;
}

void decide(benchmark::State& state, const spec::Spec& spec) {
  std::uint32_t questions = 0;
  for (auto _ : state) questions = confluence::decide(spec).questions;
  state.counters["questions"] = questions;
}

void advise(benchmark::State& state, const spec::Spec& spec) {
  const confluence::Decision decision = confluence::decide(spec);
  for (auto _ : state) benchmark::DoNotOptimize(confluence::advise(spec, decision));
}

void prove_again(benchmark::State& state, const spec::Spec& spec) {
  const confluence::Decision decision = confluence::decide(spec);
  for (auto _ : state) {
    benchmark::DoNotOptimize(confluence::recheck::prove_again(spec, decision));
  }
}

// From the top of the repository: ./dev bench confluence.
const int registered = [] {
  for (const auto& [key, value] : specs()) {
    const auto add = [&name = key, &spec = value](const char* what, auto run) {
      benchmark::RegisterBenchmark((std::string(what) + "/" + name).c_str(), run, spec)
          ->Unit(benchmark::kMillisecond);
    };
    add("decide", decide);
    if (value.expect == spec::Expectation::confluent) {
      add("prove-again", prove_again);
    } else {
      add("advise", advise);
    }
  }
  return 0;
}();

}  // namespace
