# Every x_fuzz.cpp (a LLVMFuzzerTestOneInput) becomes the program x_fuzz: with libFuzzer it fuzzes, with
# tests/fuzz/replay_main.cpp it runs the files it is given.
if(NOT TEALIGHT_FUZZ)
  return()
endif()
file(GLOB_RECURSE fuzz_files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/src/*_fuzz.cpp
     ${CMAKE_CURRENT_SOURCE_DIR}/tests/fuzz/*_fuzz.cpp)
foreach(file IN LISTS fuzz_files)
  get_filename_component(name ${file} NAME_WE)
  if(TEALIGHT_FUZZ STREQUAL "libfuzzer")
    add_executable(${name} ${file})
    target_compile_options(${name} PRIVATE -fsanitize=fuzzer-no-link)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  else()
    add_executable(${name} ${file} ${CMAKE_CURRENT_SOURCE_DIR}/tests/fuzz/replay_main.cpp)
  endif()
  string(REGEX REPLACE "_fuzz$" "" corpus ${name})
  set(corpus ${CMAKE_CURRENT_SOURCE_DIR}/tests/fuzz/corpus/${corpus})
  if(TEALIGHT_TESTS AND EXISTS ${corpus})   # libFuzzer's -runs=0 replays, ours has no options
    add_test(NAME ${name} COMMAND ${name} $<$<STREQUAL:${TEALIGHT_FUZZ},libfuzzer>:-runs=0> ${corpus} COMMAND_EXPAND_LISTS)
  endif()
  target_link_libraries(${name} PRIVATE tealight_flags ${TL_FOLDER_TARGETS})
endforeach()
