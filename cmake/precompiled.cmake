# What most files include is parsed once: one precompiled header for the libraries, one for those that
# use large libraries, one for the tests. No file relies on it: with -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON
# everything compiles as well.
set(TRIBUNAL_STANDARD_HEADERS <algorithm> <cassert> <cstdint> <functional> <map> <memory> <optional> <set>
    <string> <string_view> <unordered_map> <utility> <variant> <vector>)

function(tribunal_precompile_libraries)
  target_precompile_headers(tribunal_base PRIVATE ${TRIBUNAL_STANDARD_HEADERS})
  foreach(folder spec history checker sut cluster nemesis workloads)
    target_precompile_headers(tribunal_${folder} REUSE_FROM tribunal_base)
  endforeach()
  target_precompile_headers(tribunal_verify PRIVATE ${TRIBUNAL_STANDARD_HEADERS} <fmt/format.h> <nlohmann/json.hpp>)
  target_precompile_headers(tribunal_reports REUSE_FROM tribunal_verify)
  target_precompile_headers(tribunal_harness PRIVATE ${TRIBUNAL_STANDARD_HEADERS} <fmt/format.h>
                            <nlohmann/json.hpp> <CLI/CLI.hpp>)
endfunction()

# tribunal_precompile_tests(TARGET): the first target that it is called for carries the header.
function(tribunal_precompile_tests target)
  get_property(first GLOBAL PROPERTY TRIBUNAL_PRECOMPILED_TESTS)
  if(first)
    target_precompile_headers(${target} REUSE_FROM ${first})
  else()
    target_precompile_headers(${target} PRIVATE ${TRIBUNAL_STANDARD_HEADERS} <fmt/format.h> <gmock/gmock.h>
                              <gtest/gtest.h>)
    set_property(GLOBAL PROPERTY TRIBUNAL_PRECOMPILED_TESTS ${target})
  endif()
endfunction()
