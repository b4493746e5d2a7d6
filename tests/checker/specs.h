// Specifications of the repository, for tests.
#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "spec/parse.h"

namespace tribunal::testing_support {

inline std::map<std::string, std::string> scenario_specs() {
  std::map<std::string, std::string> found;  // by name without .icf
  const std::filesystem::path folder = TRIBUNAL_SOURCE_DIR "/scenarios/confluence";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".icf") continue;
    std::ifstream in(entry.path());
    std::stringstream text;
    text << in.rdbuf();
    found[entry.path().stem().string()] = text.str();
  }
  return found;
}

inline spec::Spec parsed(const std::string& text) {
  auto spec = spec::parse(text);
  if (!spec) {
    ADD_FAILURE() << spec::show(spec.error(), text, "spec");
    return {};
  }
  return *std::move(spec);
}

inline spec::Spec scenario_spec(const std::string& name) {
  return parsed(scenario_specs().at(name));
}

}  // namespace tribunal::testing_support
