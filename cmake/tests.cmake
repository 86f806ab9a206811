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
  tl_tests(${folder}_test ${folder} ${CMAKE_CURRENT_SOURCE_DIR}/src/${folder} tealight_${folder})
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

add_test(NAME api_headers COMMAND tests/api/headers.sh ${CMAKE_CXX_COMPILER} WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})

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

# The rules that need no program.
find_program(TL_PYTHON python3 HINTS /usr/bin)   # Debian's, which has torch
if(TL_PYTHON AND EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/tools/check_layers.py)
  add_test(NAME layers COMMAND ${TL_PYTHON} tools/check_layers.py
           WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
endif()

# Operators against real PyTorch: skips (and says so) where Debian's python3-torch is missing.
set(cases tests/parity/cases.cpp tests/parity/functions.cpp tests/parity/quantized_functions.cpp tests/parity/tensors.cpp)
add_executable(parity_dump tests/parity/dump.cpp ${cases})
target_include_directories(parity_dump SYSTEM PRIVATE ${TL_JSON_INCLUDE})
target_link_libraries(parity_dump PRIVATE ${TL_FOLDER_TARGETS} tealight_flags)
# With sanitizers only the samples themselves; `./test dev` runs all their variants.
set(parity_cases)
if(TEALIGHT_SANITIZE)
  set(parity_cases --samples)
endif()
target_sources(golden_test PRIVATE ${cases})   # the same calls against the golden file
target_include_directories(golden_test SYSTEM PRIVATE ${TL_JSON_INCLUDE})
add_test(NAME parity COMMAND tests/parity/run.sh $<TARGET_FILE:parity_dump> ${parity_cases} WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
set_tests_properties(parity PROPERTIES TIMEOUT 3600 SKIP_RETURN_CODE 77)
if(NOT CMAKE_CROSSCOMPILING)
  add_test(NAME parity_gradients COMMAND tests/parity/run.sh $<TARGET_FILE:parity_dump> --gradients ${parity_cases}
           WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  set_tests_properties(parity_gradients PROPERTIES TIMEOUT 3600 SKIP_RETURN_CODE 77)
endif()

# docs/operators.md, and the operators that PyTorch's mobile models use, against the table of a whole build.
if(TARGET tealight_cli AND TL_PYTHON AND TEALIGHT_TRAIN AND NOT TEALIGHT_OPS AND NOT CMAKE_CROSSCOMPILING)
  foreach(what docs tiers)
    add_test(NAME operators_${what} COMMAND ${TL_PYTHON} tests/operators/check.py $<TARGET_FILE:tealight_cli> ${what}
             WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
    set_tests_properties(operators_${what} PROPERTIES SKIP_RETURN_CODE 77)
  endforeach()
endif()

# Pictures against PIL and torchvision, on random cases; skips likewise.
if(TARGET data_test)
  add_test(NAME pictures_live COMMAND tests/golden/pictures_live.sh $<TARGET_FILE:data_test>
           WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  set_tests_properties(pictures_live PROPERTIES SKIP_RETURN_CODE 77)
endif()

# Recorded models of real apps and versions, where ../shared has them.
if(TARGET tealight_cli AND TL_PYTHON)
  add_test(NAME models COMMAND tests/models/run.sh $<TARGET_FILE:tealight_cli> WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  set_tests_properties(models PROPERTIES TIMEOUT 1800 SKIP_RETURN_CODE 77)
  add_test(NAME torchscript_rewritten COMMAND tests/by_release.sh tests/torchscript/rewritten.py $<TARGET_FILE:tealight_cli> ../shared ${CMAKE_BINARY_DIR}/rewritten
           WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  set_tests_properties(torchscript_rewritten PROPERTIES TIMEOUT 1800 SKIP_RETURN_CODE 77)
endif()
if(TARGET torchscript_test AND TL_PYTHON)   # which writes the files
  add_test(NAME torchscript_old_operators COMMAND tests/torchscript/old_operators.py ${CMAKE_BINARY_DIR}/old_operators
           WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  set_tests_properties(torchscript_old_operators PROPERTIES DEPENDS torchscript_test SKIP_RETURN_CODE 77)
endif()

# The same models optimized: their results stay what they were.
if(TARGET tealight_cli_parts)
  add_executable(optimize_models tests/models/optimize_models.cpp)
  target_link_libraries(optimize_models PRIVATE tealight_cli_parts ${TL_FOLDER_TARGETS} tealight_flags)
  add_test(NAME optimize_models COMMAND tests/models/optimize.sh $<TARGET_FILE:optimize_models>
           WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  set_tests_properties(optimize_models PROPERTIES TIMEOUT 1800 SKIP_RETURN_CODE 77)
endif()

# What the optimizer for phones leaves, against PyTorch's; skips without it.
if(TARGET tealight_cli AND TL_PYTHON AND NOT CMAKE_CROSSCOMPILING)
  add_test(NAME optimize_with_pytorch COMMAND ${TL_PYTHON} tests/optimize/with_pytorch.py $<TARGET_FILE:tealight_cli>
           WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  set_tests_properties(optimize_with_pytorch PROPERTIES TIMEOUT 1800 SKIP_RETURN_CODE 77)
endif()

# Networks that we trace, run by real PyTorch next to its own traces; skips likewise.
add_executable(trace_file tests/trace/trace_file.cpp)
target_link_libraries(trace_file PRIVATE tealight_lib)
if(TEALIGHT_SANITIZE)
  target_link_options(trace_file PRIVATE -fsanitize=${TEALIGHT_SANITIZE})
endif()
if(TL_PYTHON AND NOT CMAKE_CROSSCOMPILING)
  add_test(NAME trace_with_pytorch COMMAND ${TL_PYTHON} tests/trace/with_pytorch.py $<TARGET_FILE:trace_file>
           WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  set_tests_properties(trace_with_pytorch PROPERTIES SKIP_RETURN_CODE 77)
endif()

# Models that `tealight convert` writes, run by real PyTorch; skips likewise.
if(TARGET tealight_cli)
  add_test(NAME convert_with_pytorch COMMAND tests/by_release.sh tests/convert/run.sh $<TARGET_FILE:tealight_cli> WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  set_tests_properties(convert_with_pytorch PROPERTIES TIMEOUT 3600 SKIP_RETURN_CODE 77)
endif()

# The lessons, each a program of its own as a user would write it: its short form, what its commands.sh asks of the command,
# and its Python twin, where PyTorch is present.
file(GLOB lessons LIST_DIRECTORIES true CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/examples/[0-9][0-9]_*)
foreach(dir IN LISTS lessons)
  get_filename_component(name ${dir} NAME)
  string(SUBSTRING ${name} 0 2 number)
  add_executable(lesson_${number} ${dir}/main.cpp)
  target_include_directories(lesson_${number} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/examples)
  target_compile_options(lesson_${number} PRIVATE -Wall -Wextra)
  target_link_libraries(lesson_${number} PRIVATE tealight_lib)
  if(TEALIGHT_SANITIZE)
    target_link_options(lesson_${number} PRIVATE -fsanitize=${TEALIGHT_SANITIZE})
  endif()
  if(NOT CMAKE_CROSSCOMPILING)
    add_test(NAME lesson.${number} COMMAND tests/lessons/run.sh $<TARGET_FILE:lesson_${number}> ${dir} ${CMAKE_BINARY_DIR}/lessons/${name}
             $<$<TARGET_EXISTS:tealight_cli>:$<TARGET_FILE:tealight_cli>> WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  endif()
endforeach()
if(TL_PYTHON)
  add_test(NAME lessons COMMAND ${TL_PYTHON} tests/lessons/count.py WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
endif()
