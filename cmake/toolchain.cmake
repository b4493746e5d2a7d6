# Warnings, sanitizers, and what makes rebuilding quick: ccache and mold where they are installed.
find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-align
                    -Woverloaded-virtual -Wnull-dereference -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # False positives of g++ 12 in inlined standard containers at -O2 and under sanitizers.
  add_compile_options(-Wno-maybe-uninitialized -Wno-null-dereference -Wno-stringop-overflow -Wno-stringop-overread
                      -Wno-array-bounds -Wno-restrict -Wno-free-nonheap-object -Wno-dangling-pointer)
endif()
# unsigned __int128 gives the same 128-bit product on both compilers; -Wpedantic alone would refuse it.
add_compile_options(-Wno-pedantic)

# Checks of the code's own invariants stay on in every build; they are cheap where it matters.
string(REPLACE "-DNDEBUG" "" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
string(REPLACE "-O3" "-O2" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")

if(TRIBUNAL_SANITIZE)
  add_compile_options(-fsanitize=${TRIBUNAL_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  if(TRIBUNAL_SANITIZE STREQUAL "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-tsan)  # Asio has fences, which ThreadSanitizer does not follow
  endif()
  if(TRIBUNAL_SANITIZE_EXCEPT)
    add_compile_options(-fno-sanitize=${TRIBUNAL_SANITIZE_EXCEPT})
  endif()
  add_link_options(-fsanitize=${TRIBUNAL_SANITIZE})
endif()

# tribunal_library(FOLDER PUBLIC a b PRIVATE c): the target tribunal_FOLDER from the folder's sources.
# PUBLIC names other folders; PRIVATE names libraries that stay out of public headers.
function(tribunal_library folder)
  cmake_parse_arguments(ARG "" "" "PUBLIC;PRIVATE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  if(NOT sources)
    file(WRITE ${CMAKE_BINARY_DIR}/empty.cpp "")
    set(sources ${CMAKE_BINARY_DIR}/empty.cpp)
  endif()
  add_library(tribunal_${folder} STATIC ${sources})
  list(TRANSFORM ARG_PUBLIC PREPEND tribunal_)
  target_link_libraries(tribunal_${folder} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
  target_include_directories(tribunal_${folder} PUBLIC ${CMAKE_SOURCE_DIR})
  set_property(GLOBAL APPEND PROPERTY TRIBUNAL_FOLDERS ${folder})
endfunction()
