# tribunal_embed_assets(): turns reports/assets/*.css and *.js into a source file of tribunal_reports, so that
# the program carries its page with it. Run again by the build whenever an asset changes.
set(TRIBUNAL_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(tribunal_embed_assets)
  file(GLOB assets CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/reports/assets/*.css
       ${CMAKE_SOURCE_DIR}/reports/assets/*.js)
  set(output ${CMAKE_BINARY_DIR}/generated/reports_assets.cpp)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} "-DASSETS=${assets}" -DOUTPUT=${output} -P ${TRIBUNAL_EMBED_SCRIPT}
    DEPENDS ${assets} ${TRIBUNAL_EMBED_SCRIPT}
    COMMENT "Embedding reports/assets"
    VERBATIM)
  target_sources(tribunal_reports PRIVATE ${output})
endfunction()

# The rest runs at build time, as a script.
if(NOT CMAKE_SCRIPT_MODE_FILE)
  return()
endif()

# A raw string literal for each asset; compilers take 64 KB in one.
function(embed_list function pattern result)
  set(code "const std::vector<std::string_view>& ${function}() {\n")
  string(APPEND code "  static const std::vector<std::string_view> all = {\n")
  foreach(asset IN LISTS ASSETS)
    if(NOT asset MATCHES "${pattern}")
      continue()
    endif()
    file(READ ${asset} text)
    string(APPEND code "      std::string_view{R\"asset(${text})asset\"},\n")
  endforeach()
  string(APPEND code "  };\n  return all;\n}\n")
  set(${result} "${code}" PARENT_SCOPE)
endfunction()

embed_list(styles "\\.css$" styles)
embed_list(scripts "\\.js$" scripts)
file(WRITE ${OUTPUT} "// Generated from reports/assets by cmake/embed.cmake.
#include \"reports/assets.h\"

namespace tribunal::reports::assets {

${styles}
${scripts}
}  // namespace tribunal::reports::assets
")
