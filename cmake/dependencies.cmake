# What comes from outside, as targets; docs/dependencies.md says why each was chosen.
find_package(Threads REQUIRED)

# tealight_inflate: zlib, linked statically and hidden, so that libtealight.so needs the C and C++ runtimes only.
find_library(TL_ZLIB_ARCHIVE NAMES libz.a)
find_path(TL_ZLIB_INCLUDE zlib.h)
if(NOT TL_ZLIB_ARCHIVE OR NOT TL_ZLIB_INCLUDE)
  message(FATAL_ERROR "zlib's static library or header is missing; fix: tools/install_deps.sh build"
    " (for the aarch64 preset: tools/install_deps.sh cross)")
endif()
add_library(tealight_inflate UNKNOWN IMPORTED)
set_target_properties(tealight_inflate PROPERTIES IMPORTED_LOCATION ${TL_ZLIB_ARCHIVE})
target_include_directories(tealight_inflate INTERFACE ${TL_ZLIB_INCLUDE})

# tealight_pictures: the codecs of src/data. Each may be absent: its pictures are then refused by name.
add_library(tealight_pictures INTERFACE)
function(tl_codec name package header)   # further arguments: the libraries, each before those it needs
  find_path(TL_${name}_INCLUDE ${header})
  set(needs tealight_inflate m)
  list(REVERSE ARGN)
  foreach(library IN LISTS ARGN)
    find_library(TL_${name}_${library} ${library})
    if(NOT TL_${name}_INCLUDE OR NOT TL_${name}_${library})
      message(STATUS "no ${name} pictures: ${package} is missing")
      return()
    endif()
    add_library(tealight_lib_${library} UNKNOWN IMPORTED)
    set_target_properties(tealight_lib_${library} PROPERTIES IMPORTED_LOCATION ${TL_${name}_${library}})
    target_include_directories(tealight_lib_${library} INTERFACE ${TL_${name}_INCLUDE})
    target_link_libraries(tealight_lib_${library} INTERFACE ${needs})
    set(needs tealight_lib_${library})
  endforeach()
  target_compile_definitions(tealight_pictures INTERFACE TL_WITH_${name}=1)
  target_link_libraries(tealight_pictures INTERFACE ${needs})
endfunction()
if(TEALIGHT_DATA)
  tl_codec(JPEG libjpeg62-turbo-dev jpeglib.h jpeg)
  tl_codec(PNG libpng-dev png.h png)
  tl_codec(WEBP libwebp-dev webp/demux.h webpdemux webp)
  tl_codec(GIF libgif-dev gif_lib.h gif)
  find_path(TL_JPEG_CONFIG_INCLUDE jconfig.h PATH_SUFFIXES ${CMAKE_LIBRARY_ARCHITECTURE})
  if(TARGET tealight_lib_jpeg AND TL_JPEG_CONFIG_INCLUDE)
    target_include_directories(tealight_lib_jpeg INTERFACE ${TL_JPEG_CONFIG_INCLUDE})
  endif()
endif()

# nlohmann-json and CLI11, both headers only, are for the command.
find_path(TL_JSON_INCLUDE nlohmann/json.hpp)
find_path(TL_CLI11_INCLUDE CLI/CLI.hpp)

# tealight_civetweb: pages that the command serves. It may be absent: `collect --serve` then says so.
add_library(tealight_civetweb INTERFACE)
find_path(TL_CIVETWEB_INCLUDE civetweb.h)
find_library(TL_CIVETWEB_LIBRARY civetweb)
if(TL_CIVETWEB_INCLUDE AND TL_CIVETWEB_LIBRARY)
  target_compile_definitions(tealight_civetweb INTERFACE TL_WITH_CIVETWEB=1)
  target_include_directories(tealight_civetweb SYSTEM INTERFACE ${TL_CIVETWEB_INCLUDE})
  target_link_libraries(tealight_civetweb INTERFACE ${TL_CIVETWEB_LIBRARY})
endif()

if(TEALIGHT_TESTS)
  if(CMAKE_CROSSCOMPILING)   # Debian's libgtest-dev brings the source as well
    set(INSTALL_GTEST OFF)
    set(BUILD_GMOCK OFF)
    add_subdirectory(/usr/src/googletest ${CMAKE_BINARY_DIR}/googletest EXCLUDE_FROM_ALL SYSTEM)
  else()
    find_package(GTest REQUIRED)
  endif()
endif()
