# What comes from outside, as targets; docs/dependencies.md says why each was chosen.
find_package(Threads REQUIRED)

# tealight_inflate: zlib, linked statically and hidden, so that libtealight.so needs the C and C++ runtimes only.
find_library(TL_ZLIB_ARCHIVE NAMES libz.a)
find_path(TL_ZLIB_INCLUDE zlib.h)
if(NOT TL_ZLIB_ARCHIVE OR NOT TL_ZLIB_INCLUDE)
  message(FATAL_ERROR "zlib's static library or header is missing; fix: tools/install_deps.sh build"
    " (for the aarch64 preset: tools/install_deps.sh cross)")
endif()
add_library(tealight_inflate INTERFACE)
target_include_directories(tealight_inflate SYSTEM INTERFACE ${TL_ZLIB_INCLUDE})
target_link_libraries(tealight_inflate INTERFACE ${TL_ZLIB_ARCHIVE})

# tealight_pictures: the codecs of src/data. Each may be absent: its pictures are then refused by name.
add_library(tealight_pictures INTERFACE)
function(tl_codec name package header)   # further arguments: the libraries, first the one that decodes
  find_path(TL_${name}_INCLUDE ${header})
  set(libraries "")
  foreach(library IN LISTS ARGN)
    find_library(TL_${name}_${library} ${library})
    list(APPEND libraries ${TL_${name}_${library}})
  endforeach()
  if(NOT TL_${name}_INCLUDE OR libraries MATCHES "NOTFOUND")
    message(STATUS "no ${name} pictures: ${package} is missing")
    return()
  endif()
  target_compile_definitions(tealight_pictures INTERFACE TL_WITH_${name}=1)
  target_include_directories(tealight_pictures SYSTEM INTERFACE ${TL_${name}_INCLUDE})
  target_link_libraries(tealight_pictures INTERFACE ${libraries})
endfunction()
if(TEALIGHT_DATA AND NOT CMAKE_CROSSCOMPILING)
  tl_codec(JPEG libjpeg62-turbo-dev jpeglib.h jpeg)
  tl_codec(PNG libpng-dev png.h png)
  tl_codec(WEBP libwebp-dev webp/demux.h webp webpdemux)
  tl_codec(GIF libgif-dev gif_lib.h gif)
endif()

# nlohmann-json and CLI11, both headers only, are for the command.
find_path(TL_JSON_INCLUDE nlohmann/json.hpp)
find_path(TL_CLI11_INCLUDE CLI/CLI.hpp)

if(TEALIGHT_TESTS)
  if(CMAKE_CROSSCOMPILING OR CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    set(INSTALL_GTEST OFF)
    set(BUILD_GMOCK OFF)
    add_subdirectory(/usr/src/googletest ${CMAKE_BINARY_DIR}/googletest EXCLUDE_FROM_ALL SYSTEM)
    add_library(GTest::gtest_main ALIAS gtest_main)
  else()
    find_package(GTest REQUIRED)
  endif()
endif()
