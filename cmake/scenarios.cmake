# Embeds scenarios/*/*.toml into the harness, so that `tribunal scenario NAME` works wherever it is installed.
file(GLOB scenario_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/scenarios/*/*.toml)
set(scenario_entries "")
foreach(file ${scenario_files})
  file(READ ${file} text)
  file(RELATIVE_PATH name ${CMAKE_SOURCE_DIR}/scenarios ${file})
  string(REGEX REPLACE "\\.toml$" "" name ${name})
  string(APPEND scenario_entries "      {\"${name}\", R\"toml(${text})toml\"},\n")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/embedded_scenarios.cpp @ONLY CONTENT
"// Generated from scenarios/ by cmake/scenarios.cmake.
#include <string_view>
#include <vector>

namespace tribunal::harness {

struct EmbeddedScenario {
  const char* name;
  std::string_view toml;
};

const std::vector<EmbeddedScenario>& embedded_scenarios();
const std::vector<EmbeddedScenario>& embedded_scenarios() {
  static const std::vector<EmbeddedScenario> list = {
@scenario_entries@  };
  return list;
}

}  // namespace tribunal::harness
")
target_sources(tribunal_harness PRIVATE ${CMAKE_BINARY_DIR}/embedded_scenarios.cpp)
