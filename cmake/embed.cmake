# tribunal_embed_assets(): turns the .css and .js files of reports/assets (the page of a run) and of
# reports/assets/confluence (that of a specification) into source files of tribunal_reports, so that the program
# carries its pages with it. Run again by the build whenever an asset changes.
set(TRIBUNAL_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(tribunal_embed_assets)
  set(folder ${CMAKE_SOURCE_DIR}/reports/assets)
  file(GLOB run CONFIGURE_DEPENDS ${folder}/*.css ${folder}/*.js)
  tribunal_embed(reports_assets "" ${run})
  file(GLOB confluence CONFIGURE_DEPENDS ${folder}/confluence/*.css ${folder}/confluence/*.js)
  tribunal_embed(reports_confluence_assets confluence_ ${folder}/base.css ${confluence})
endfunction()

# tribunal_embed(NAME PREFIX ASSETS...): the functions PREFIXstyles() and PREFIXscripts().
function(tribunal_embed name prefix)
  set(output ${CMAKE_BINARY_DIR}/generated/${name}.cpp)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} "-DASSETS=${ARGN}" -DPREFIX=${prefix} -DOUTPUT=${output} -P ${TRIBUNAL_EMBED_SCRIPT}
    DEPENDS ${ARGN} ${TRIBUNAL_EMBED_SCRIPT}
    COMMENT "Embedding ${name}"
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

embed_list(${PREFIX}styles "\\.css$" styles)
embed_list(${PREFIX}scripts "\\.js$" scripts)
file(WRITE ${OUTPUT} "// Generated from reports/assets by cmake/embed.cmake.
#include \"reports/assets.h\"

namespace tribunal::reports::assets {

${styles}
${scripts}
}  // namespace tribunal::reports::assets
")
