# tl_folder(NAME): src/NAME/**.cpp becomes the static library tealight_NAME, which sees the folders before it.
# Tests, benchmarks and fuzzers lie beside the sources and are left out here. A folder without sources makes no target.
set(TL_FOLDERS "")   # the folders that have a target so far, in order of layers

function(tl_sources out dir)   # out: the library's sources under dir
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${dir}/*.cpp ${dir}/*.c)
  list(FILTER files EXCLUDE REGEX "_(test|bench|fuzz)\\.cpp$")
  tl_keep_selected(files)
  set(${out} ${files} PARENT_SCOPE)
endfunction()

# What most files of a layer include, parsed once for each target: halves the time of a clean build.
function(tl_precompile target layer)
  if(NOT TEALIGHT_PCH)
    return()
  endif()
  set(headers <algorithm> <array> <cmath> <cstring> <functional> <memory> <optional> <span> <string> <unordered_map> <vector>)
  if(layer STREQUAL "core")
    list(APPEND headers "tealight/value.h")
  elseif(layer STREQUAL "ops")
    list(APPEND headers "ops/op.h" "tealight/ops.h")
  elseif(NOT layer MATCHES "^(kernels|data)$")
    list(APPEND headers "tealight/ops.h")
  endif()
  if(target MATCHES "_test$")
    list(APPEND headers <gtest/gtest.h>)
  endif()
  list(TRANSFORM headers REPLACE "^([a-z]+/.*)" "\"\\1\"")
  target_precompile_headers(${target} PRIVATE ${headers})
endfunction()

# Folders that read bytes from outside: the fuzzer watches which of their branches a file takes.
set(TL_FUZZED format graph script runtime data)

# Optimized for size: code that runs once per call or per file, not per element, which is most of the library. Files
# that are compiled for each instruction set, those whose loops lie in no kernel, and what every call passes through stay
# quick.
set(TL_SMALL core ops graph script format runtime)
set(TL_QUICK "src/ops/(shape/(join|gather)|vision/(upsample|grid)|reduce/(sort|sum|extremes|scan))\\.cpp|src/ops/[a-z_]+\\.cpp|src/core/(containers|elements|fact|parallel|storage|tensor|value)\\.cpp|src/runtime/interpreter\\.cpp|src/format/ptl_zip/pickle\\.cpp")

function(tl_optimize_for_size target sources)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-Os>)
  foreach(file IN LISTS sources)
    file(STRINGS ${file} kernels REGEX "foreach_isa.h" LIMIT_COUNT 1)
    if(kernels OR file MATCHES "(${TL_QUICK})$")
      set_source_files_properties(${file} PROPERTIES   # gcc refuses headers precompiled with another -O
        COMPILE_OPTIONS $<$<CONFIG:Release>:-O2> SKIP_PRECOMPILE_HEADERS $<CONFIG:Release>)
    endif()
  endforeach()
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
  if(name IN_LIST TL_SMALL AND NOT TEALIGHT_MODELS)   # where all is small
    tl_optimize_for_size(tealight_${name} "${sources}")
  endif()
  tl_precompile(tealight_${name} ${name})
  if(TEALIGHT_FUZZ STREQUAL "libfuzzer" AND name IN_LIST TL_FUZZED)
    target_compile_options(tealight_${name} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
  list(APPEND TL_FOLDERS ${name})
  set(TL_FOLDERS ${TL_FOLDERS} PARENT_SCOPE)
endfunction()
