# The shipped libraries, put together from the folders, and the command.
set(inner ${TL_FOLDERS})   # core to quant
if(NOT inner)
  message(FATAL_ERROR "src/ has no sources")
endif()

function(tl_exports library)   # only what exports.map names, or of the C ABI what the app calls
  if(UNIX AND NOT APPLE)
    set(map ${CMAKE_CURRENT_SOURCE_DIR}/cmake/exports.map)
    if(NOT TEALIGHT_CXX_API)
      list(JOIN TEALIGHT_C_API "; " functions)
      set(map ${CMAKE_BINARY_DIR}/generated/exports.map)
      file(CONFIGURE OUTPUT ${map} CONTENT "{ global: ${functions}; local: *; };\n" @ONLY)
    endif()
    target_link_options(${library} PRIVATE -Wl,--version-script=${map})
    set_target_properties(${library} PROPERTIES LINK_DEPENDS ${map})
  endif()
endfunction()

# libtealight.so: operators, formats, interpreter, C ABI.
file(GLOB binding_files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/bindings/c/*.cpp)
list(FILTER binding_files EXCLUDE REGEX "_test\\.cpp$")
list(TRANSFORM inner REPLACE "(.+)" "$<TARGET_OBJECTS:tealight_\\1>" OUTPUT_VARIABLE inner_objects)
add_library(tealight_lib SHARED ${binding_files} ${inner_objects})
add_library(tealight::tealight ALIAS tealight_lib)
set_target_properties(tealight_lib PROPERTIES OUTPUT_NAME tealight EXPORT_NAME tealight LINKER_LANGUAGE CXX
  SOVERSION ${PROJECT_VERSION_MAJOR} VERSION ${PROJECT_VERSION})
target_link_libraries(tealight_lib PRIVATE tealight_flags tealight_inflate Threads::Threads)
tl_exports(tealight_lib)
target_compile_features(tealight_lib INTERFACE cxx_std_20)
target_include_directories(tealight_lib INTERFACE
  $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)

# libtealight_data.so: pictures. It uses libtealight.so's exported symbols.
if(TEALIGHT_DATA)
  tl_folder(data)
endif()
if(TARGET tealight_data)
  target_link_libraries(tealight_data PUBLIC tealight_pictures)
endif()
if(TARGET tealight_data AND NOT CMAKE_CROSSCOMPILING)   # Debian's static codecs do not fit into a shared library
  add_library(tealight_data_lib SHARED $<TARGET_OBJECTS:tealight_data>)
  add_library(tealight::data ALIAS tealight_data_lib)
  set_target_properties(tealight_data_lib PROPERTIES OUTPUT_NAME tealight_data EXPORT_NAME data
    LINKER_LANGUAGE CXX SOVERSION ${PROJECT_VERSION_MAJOR} VERSION ${PROJECT_VERSION})
  target_link_libraries(tealight_data_lib PUBLIC tealight_lib PRIVATE tealight_flags tealight_pictures)
  tl_exports(tealight_data_lib)
endif()

# libtealight_train.so: torch::nn, optim, data loaders, models, trainer.
if(TEALIGHT_TRAIN AND TARGET tealight_data)
  tl_folder(train)
endif()
if(TARGET tealight_train AND TARGET tealight_data_lib)
  add_library(tealight_train_lib SHARED $<TARGET_OBJECTS:tealight_train>)
  add_library(tealight::train ALIAS tealight_train_lib)
  set_target_properties(tealight_train_lib PROPERTIES OUTPUT_NAME tealight_train EXPORT_NAME train
    LINKER_LANGUAGE CXX SOVERSION ${PROJECT_VERSION_MAJOR} VERSION ${PROJECT_VERSION})
  target_link_libraries(tealight_train_lib PUBLIC tealight_data_lib tealight_lib PRIVATE tealight_flags)
  tl_exports(tealight_train_lib)
endif()
tl_folder(python)   # apart from libtealight.so: models that are finished do not need it

# The command: everything in one file, so that it can be copied anywhere.
list(TRANSFORM TL_FOLDERS PREPEND tealight_ OUTPUT_VARIABLE TL_FOLDER_TARGETS)
tl_sources(cli_files ${CMAKE_CURRENT_SOURCE_DIR}/cli)
if(TEALIGHT_CLI AND TARGET tealight_data AND cli_files AND TL_JSON_INCLUDE AND TL_CLI11_INCLUDE)
  set(cli_main ${CMAKE_CURRENT_SOURCE_DIR}/cli/main.cpp)
  list(REMOVE_ITEM cli_files ${cli_main})
  set(link tealight_flags ${TL_FOLDER_TARGETS})
  if(cli_files)
    add_library(tealight_cli_parts STATIC ${cli_files})   # apart from main(), so that tests can link it
    target_include_directories(tealight_cli_parts SYSTEM PUBLIC ${TL_JSON_INCLUDE} ${TL_CLI11_INCLUDE})
    target_include_directories(tealight_cli_parts PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
    target_link_libraries(tealight_cli_parts PUBLIC ${link} tealight_civetweb)
    set(link tealight_cli_parts)
  endif()
  add_executable(tealight_cli ${cli_main})
  set_target_properties(tealight_cli PROPERTIES OUTPUT_NAME tealight)
  target_link_libraries(tealight_cli PRIVATE ${link})
endif()
