# One GoogleTest program per folder: core_test from src/core/**_test.cpp, golden_test from tests/golden/*_test.cpp.
# They run in the source directory, so that tests name files by their path in the repository, and get
# TEALIGHT_BUILD_DIR to find what was built; tools/count_tests.py adds up results/*.xml. A test that wants the internals of a folder lies in that folder.
function(tl_tests name layer dir)   # further arguments: libraries to link
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${dir}/*_test.cpp)
  if(NOT files)
    return()
  endif()
  add_executable(${name} ${files})
  target_link_libraries(${name} PRIVATE ${ARGN} tealight_flags GTest::gtest_main)
  tl_precompile(${name} ${layer})
  set(shards 1)
  if(name IN_LIST TL_LONG_TESTS)
    set(shards 4)   # run side by side
  endif()
  foreach(shard RANGE 1 ${shards})
    set(test ${name})
    if(shards GREATER 1)
      set(test ${name}_${shard})
    endif()
    math(EXPR index "${shard} - 1")
    add_test(NAME ${test} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
    set_tests_properties(${test} PROPERTIES TIMEOUT 1200 ENVIRONMENT "TEALIGHT_BUILD_DIR=${CMAKE_BINARY_DIR};\
GTEST_OUTPUT=xml:${CMAKE_BINARY_DIR}/results/${test}.xml;GTEST_TOTAL_SHARDS=${shards};GTEST_SHARD_INDEX=${index}")
  endforeach()
endfunction()
set(TL_LONG_TESTS ops_test runtime_test golden_test)

foreach(folder IN LISTS TL_FOLDERS)
  set(tested tealight_${folder})
  if(folder STREQUAL "core")
    set(tested tealight_ops)   # which defines the members of Tensor that are about gradients
  endif()
  tl_tests(${folder}_test ${folder} ${CMAKE_CURRENT_SOURCE_DIR}/src/${folder} ${tested})
endforeach()
tl_tests(bindings_test bindings ${CMAKE_CURRENT_SOURCE_DIR}/bindings tealight_lib)
if(TARGET tealight_cli_parts)
  tl_tests(cli_test cli ${CMAKE_CURRENT_SOURCE_DIR}/cli tealight_cli_parts)
endif()
file(GLOB folders LIST_DIRECTORIES true CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/tests/*)
foreach(dir IN LISTS folders)
  if(IS_DIRECTORY ${dir})
    get_filename_component(name ${dir} NAME)
    if(name STREQUAL "api")
      continue()
    endif()
    if(TARGET ${name}_test)
      set(name tests_${name})   # tests/format beside src/format
    endif()
    tl_tests(${name}_test tests ${dir} ${TL_FOLDER_TARGETS})
  endif()
endforeach()

if(TARGET models_zoo_test)
  target_sources(models_zoo_test PRIVATE tests/models_zoo/networks.cpp)
endif()

if(TEALIGHT_SANITIZE AND TARGET models_zoo_test)   # the rest in builds without
  set_property(TEST models_zoo_test APPEND PROPERTY ENVIRONMENT
    "TEALIGHT_ZOO=mobilenet_v2 resnet18 squeezenet1_1 lenet5 yolov5n distilbert_qa generator")
endif()

# Programs as users of libtorch write them: they see include/ and what libtealight.so exports, nothing else.
file(GLOB api_files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/tests/api/*_test.cpp)
add_executable(api_test ${api_files})
target_compile_options(api_test PRIVATE -Wall -Wextra)
target_link_libraries(api_test PRIVATE tealight_lib GTest::gtest_main)
add_test(NAME api_test COMMAND api_test WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
set_tests_properties(api_test PROPERTIES
  ENVIRONMENT "TEALIGHT_BUILD_DIR=${CMAKE_BINARY_DIR};GTEST_OUTPUT=xml:${CMAKE_BINARY_DIR}/results/api_test.xml")
if(TEALIGHT_SANITIZE)
  target_link_options(api_test PRIVATE -fsanitize=${TEALIGHT_SANITIZE})
endif()

# The same in plain C: each file is a program.
file(GLOB c_files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/tests/c/*_test.c)
foreach(file IN LISTS c_files)
  get_filename_component(name ${file} NAME_WE)
  add_executable(c_${name} ${file})
  set_target_properties(c_${name} PROPERTIES LINKER_LANGUAGE CXX)   # the library brings C++ and, at times, sanitizers
  if(TEALIGHT_SANITIZE)
    target_link_options(c_${name} PRIVATE -fsanitize=${TEALIGHT_SANITIZE})
  endif()
  set_target_properties(c_${name} PROPERTIES C_STANDARD 99 C_EXTENSIONS OFF)
  target_compile_options(c_${name} PRIVATE -Wall -Wextra -pedantic-errors)
  target_link_libraries(c_${name} PRIVATE tealight_lib m)
  add_test(NAME c_${name} COMMAND c_${name} WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  set_tests_properties(c_${name} PROPERTIES ENVIRONMENT "TEALIGHT_BUILD_DIR=${CMAKE_BINARY_DIR}")
endforeach()

add_library(c_abi_in_c11 OBJECT ${c_files})   # only compiled
set_target_properties(c_abi_in_c11 PROPERTIES C_STANDARD 11 C_EXTENSIONS OFF)
target_compile_options(c_abi_in_c11 PRIVATE -Wall -Wextra -pedantic-errors)
target_include_directories(c_abi_in_c11 PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/include)

# Operators against real PyTorch (script_tests.cmake).
set(cases tests/parity/cases.cpp tests/parity/functions.cpp tests/parity/quantized_functions.cpp tests/parity/tensors.cpp)
add_executable(parity_dump tests/parity/dump.cpp ${cases})
target_include_directories(parity_dump SYSTEM PRIVATE ${TL_JSON_INCLUDE})
target_link_libraries(parity_dump PRIVATE ${TL_FOLDER_TARGETS} tealight_flags)
target_sources(golden_test PRIVATE ${cases})   # the same calls against the golden file
target_include_directories(golden_test SYSTEM PRIVATE ${TL_JSON_INCLUDE})

if(NOT CMAKE_CROSSCOMPILING)
  include(cmake/script_tests.cmake)
endif()
