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

# tealight_pictures: the codecs of src/data.
if(TEALIGHT_DATA AND NOT CMAKE_CROSSCOMPILING)
  find_package(JPEG)
  find_package(PNG)
  find_path(TL_WEBP_INCLUDE webp/decode.h)
  find_library(TL_WEBP webp)
  if(JPEG_FOUND AND PNG_FOUND AND TL_WEBP AND TL_WEBP_INCLUDE)
    add_library(tealight_pictures INTERFACE)
    target_include_directories(tealight_pictures SYSTEM INTERFACE ${TL_WEBP_INCLUDE})
    target_link_libraries(tealight_pictures INTERFACE JPEG::JPEG PNG::PNG ${TL_WEBP})
  endif()
endif()
if(TEALIGHT_DATA AND NOT TARGET tealight_pictures)
  message(STATUS "no picture codecs (libjpeg62-turbo-dev libpng-dev libwebp-dev): src/data is left out")
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
