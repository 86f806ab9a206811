# tl_folder(NAME): src/NAME/**.cpp becomes the static library tealight_NAME, which sees the folders before it.
# Tests, benchmarks and fuzzers lie beside the sources and are left out here. A folder without sources makes no target.
set(TL_FOLDERS "")   # the folders that have a target so far, in order of layers

function(tl_sources out dir)   # out: the library's sources under dir
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${dir}/*.cpp ${dir}/*.c)
  list(FILTER files EXCLUDE REGEX "_(test|bench|fuzz)\\.cpp$")
  set(${out} ${files} PARENT_SCOPE)
endfunction()

function(tl_folder name)
  tl_sources(sources ${CMAKE_CURRENT_SOURCE_DIR}/src/${name})
  if(NOT sources)
    return()
  endif()
  add_library(tealight_${name} STATIC ${sources})
  list(TRANSFORM TL_FOLDERS PREPEND tealight_ OUTPUT_VARIABLE above)
  list(REVERSE above)
  target_link_libraries(tealight_${name} PUBLIC tealight_flags ${above} Threads::Threads)
  if(name STREQUAL "format")
    target_link_libraries(tealight_format PUBLIC tealight_inflate)
  endif()
  if(TEALIGHT_PCH)
    target_precompile_headers(tealight_${name} PRIVATE <string> <vector> <memory> <span> <optional>
      <functional> <algorithm> <unordered_map>)
  endif()
  list(APPEND TL_FOLDERS ${name})
  set(TL_FOLDERS ${TL_FOLDERS} PARENT_SCOPE)
endfunction()
