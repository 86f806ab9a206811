# Builds for chosen models: with TEALIGHT_MODELS only the sources, operators and formats that these need are compiled.
# tools/select_build.py chooses them; it needs Python's standard library, nothing built, so that it works for cross builds.
function(tl_keep_selected list)   # drops what is in src/ and not selected
  if(TEALIGHT_MODELS)
    foreach(file IN LISTS ${list})
      cmake_path(RELATIVE_PATH file BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/src OUTPUT_VARIABLE name)
      if(name IN_LIST TL_SELECTED_SOURCES OR name MATCHES "^\\.\\.")
        list(APPEND kept ${file})
      endif()
    endforeach()
    set(${list} ${kept} PARENT_SCOPE)
  endif()
endfunction()

if(NOT TEALIGHT_MODELS)
  return()
endif()
if(TEALIGHT_TESTS OR TEALIGHT_CLI OR TEALIGHT_DATA OR TEALIGHT_TRAIN)
  message(FATAL_ERROR "TEALIGHT_MODELS builds libtealight alone; fix: cmake --preset selective -DTEALIGHT_MODELS=...")
endif()
find_package(Python3 REQUIRED COMPONENTS Interpreter)
set(models ${TEALIGHT_MODELS})   # without empty items
list(REMOVE_ITEM models "")
foreach(model IN LISTS models)
  cmake_path(ABSOLUTE_PATH model BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  list(APPEND TL_MODELS ${model})
endforeach()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${TL_MODELS} tools/select_build.py tools/model_operators.py
  cmake/operators.txt)
set(generated ${CMAKE_BINARY_DIR}/generated)
execute_process(COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/tools/select_build.py ${generated} ${TL_MODELS}
  OUTPUT_VARIABLE summary OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_VARIABLE error RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "TEALIGHT_MODELS: ${error}")
endif()
include(${generated}/selection.cmake)
message(STATUS "Selected for the models: ${summary}")
if(TL_SELECTED_MISSING)
  message(WARNING "not among Tealight's operators, so that the app must register them: ${TL_SELECTED_MISSING}")
endif()
target_link_options(tealight_flags INTERFACE
  -Wl,-z,noseparate-code   # no padding between code and constants
  $<$<AND:$<BOOL:${TEALIGHT_LTO}>,$<CXX_COMPILER_ID:GNU>>:-flto-partition=one>)
target_compile_definitions(tealight_flags INTERFACE TL_SELECTED=1)
