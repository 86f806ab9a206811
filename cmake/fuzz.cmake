# Every x_fuzz.cpp (a LLVMFuzzerTestOneInput) becomes the program x_fuzz: with libFuzzer it fuzzes, with
# tests/fuzz/replay_main.cpp it runs the files it is given.
# mutate_models does the same with whole models and no libFuzzer; see tests/fuzz/mutate_models.cpp. random_modules makes
# programs up and compares what they compute in every form.
if(NOT TEALIGHT_FUZZ AND NOT TEALIGHT_TESTS)
  return()
endif()
set(fuzz_dir ${CMAKE_CURRENT_SOURCE_DIR}/tests/fuzz)
add_library(tealight_fuzzing STATIC EXCLUDE_FROM_ALL ${fuzz_dir}/mutator.cpp ${fuzz_dir}/run_model.cpp)
target_link_libraries(tealight_fuzzing PUBLIC tealight_flags ${TL_FOLDER_TARGETS})
if(TL_JSON_INCLUDE AND UNIX)
  add_executable(mutate_models ${fuzz_dir}/mutate_models.cpp ${fuzz_dir}/peak_memory.cpp)
  target_include_directories(mutate_models SYSTEM PRIVATE ${TL_JSON_INCLUDE})
  target_link_libraries(mutate_models PRIVATE tealight_fuzzing)
  if(TEALIGHT_TESTS AND NOT CMAKE_CROSSCOMPILING)   # tests/fuzz/run.sh runs many more
    add_test(NAME mutate_models COMMAND mutate_models --count 1000 --found ${CMAKE_BINARY_DIR}/found
             tests/golden/models examples/demo WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  endif()
endif()
add_executable(random_modules ${fuzz_dir}/random_modules.cpp ${fuzz_dir}/random_module.cpp)
target_link_libraries(random_modules PRIVATE tealight_flags ${TL_FOLDER_TARGETS})
if(TEALIGHT_TESTS AND NOT CMAKE_CROSSCOMPILING)
  add_test(NAME random_modules COMMAND random_modules --nodes 8000 WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  add_test(NAME random_with_pytorch COMMAND tests/fuzz/random_with_pytorch.py $<TARGET_FILE:random_modules>
           ${CMAKE_BINARY_DIR}/random_with_pytorch WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  set_tests_properties(random_with_pytorch PROPERTIES SKIP_RETURN_CODE 77)
endif()
if(NOT TEALIGHT_FUZZ)
  return()
endif()
file(GLOB_RECURSE fuzz_files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/src/*_fuzz.cpp
     ${fuzz_dir}/*_fuzz.cpp)
foreach(file IN LISTS fuzz_files)
  get_filename_component(name ${file} NAME_WE)
  if(TEALIGHT_FUZZ STREQUAL "libfuzzer")
    add_executable(${name} ${file})
    target_compile_options(${name} PRIVATE -fsanitize=fuzzer-no-link)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  else()
    add_executable(${name} ${file} ${fuzz_dir}/replay_main.cpp)
  endif()
  string(REGEX REPLACE "_fuzz$" "" corpus ${name})
  set(corpus ${fuzz_dir}/corpus/${corpus})
  if(TEALIGHT_TESTS AND EXISTS ${corpus})   # libFuzzer's -runs=0 replays, ours has no options
    add_test(NAME ${name} COMMAND ${name} $<$<STREQUAL:${TEALIGHT_FUZZ},libfuzzer>:-runs=0> ${corpus} COMMAND_EXPAND_LISTS)
  endif()
  target_link_libraries(${name} PRIVATE tealight_fuzzing)
endforeach()
