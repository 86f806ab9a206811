# Tests that are scripts, most of which start programs of the build and PyTorch. Each says what it lacks and skips (77) where
# PyTorch or ../shared is absent.
find_program(TL_PYTHON python3 HINTS /usr/bin)   # Debian's, which has torch
if(NOT TL_PYTHON)
  return()
endif()

function(tl_script_test name timeout)   # COMMAND...
  add_test(NAME ${name} COMMAND ${ARGN} WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${timeout} SKIP_RETURN_CODE 77)
endfunction()
function(tl_user_program name)   # FILE...: linked with the library only, as a user's is
  add_executable(${name} ${ARGN})
  target_compile_options(${name} PRIVATE -Wall -Wextra)
  target_link_libraries(${name} PRIVATE tealight_lib)
  if(TEALIGHT_SANITIZE)
    target_link_options(${name} PRIVATE -fsanitize=${TEALIGHT_SANITIZE})
  endif()
endfunction()

tl_script_test(layers 60 ${TL_PYTHON} tools/check_layers.py)
tl_script_test(bench_report 60 ${TL_PYTHON} bench/lab/report_test.py)
tl_script_test(api_headers 1500 tests/api/headers.sh ${CMAKE_CXX_COMPILER})   # each alone

# Operators: with sanitizers only the samples themselves; `./test dev` runs all their variants.
set(parity_cases)
if(TEALIGHT_SANITIZE)
  set(parity_cases --samples)
endif()
tl_script_test(parity 3600 tests/parity/run.sh $<TARGET_FILE:parity_dump> ${parity_cases})
tl_script_test(parity_gradients 3600 tests/parity/run.sh $<TARGET_FILE:parity_dump> --gradients ${parity_cases})

# Pictures against PIL and torchvision, on random cases.
if(TARGET data_test)
  tl_script_test(pictures_live 1500 tests/golden/pictures_live.sh $<TARGET_FILE:data_test>)
endif()
# The golden files of scripts.
tl_script_test(golden_scripts 1500 tests/golden/check.sh)
# Networks that we trace, next to PyTorch's own traces.
tl_user_program(trace_file tests/trace/trace_file.cpp)
tl_script_test(trace_with_pytorch 1500 ${TL_PYTHON} tests/trace/with_pytorch.py $<TARGET_FILE:trace_file>)
# Weights and archives, both ways.
if(TARGET tealight_train_lib)
  tl_user_program(serialize_files tests/serialize/files.cpp)
  target_link_libraries(serialize_files PRIVATE tealight_train_lib)
  tl_script_test(serialize_with_pytorch 600 ${TL_PYTHON} tests/serialize/with_pytorch.py $<TARGET_FILE:serialize_files>)
endif()
if(TARGET torchscript_test)   # which writes the files
  tl_script_test(torchscript_old_operators 1500 tests/torchscript/old_operators.py ${CMAKE_BINARY_DIR}/old_operators)
  set_tests_properties(torchscript_old_operators PROPERTIES DEPENDS torchscript_test)
endif()

if(NOT TARGET tealight_cli)
  return()
endif()
set(tealight $<TARGET_FILE:tealight_cli>)

# docs/operators.md, and the operators that PyTorch's mobile models use, against the table of a whole build.
if(TEALIGHT_TRAIN)
  foreach(what docs tiers)
    tl_script_test(operators_${what} 600 ${TL_PYTHON} tests/operators/check.py ${tealight} ${what})
  endforeach()
endif()

# What libraries for chosen models must hold, as the command and tools/model_operators.py say it.
tl_script_test(selective_lists 1800 tests/by_release.sh tests/selective/check.py ${tealight})

# Recorded models of real apps and versions; the same optimized, and written as TorchScript.
tl_script_test(models 1800 tests/models/run.sh ${tealight})
add_executable(optimize_models tests/models/optimize_models.cpp)
target_link_libraries(optimize_models PRIVATE tealight_cli_parts ${TL_FOLDER_TARGETS} tealight_flags)
tl_script_test(optimize_models 1800 tests/models/optimize.sh $<TARGET_FILE:optimize_models>)
tl_script_test(torchscript_rewritten 1800 tests/by_release.sh tests/torchscript/rewritten.py ${tealight} ../shared
               ${CMAKE_BINARY_DIR}/rewritten)
tl_script_test(torchscript_optimized 1800 tests/by_release.sh tests/torchscript/rewritten.py ${tealight} ../shared
               ${CMAKE_BINARY_DIR}/optimized --optimized)

# No release of PyTorch is said to fail on what it wrote itself.
tl_script_test(check_by_release 1800 tests/by_release.sh tests/check/by_release.py ${tealight})

# What the commands write, run by PyTorch.
tl_script_test(optimize_with_pytorch 1800 ${TL_PYTHON} tests/optimize/with_pytorch.py ${tealight})
tl_script_test(edit_with_pytorch 900 ${TL_PYTHON} tests/edit/with_pytorch.py ${tealight})
tl_script_test(convert_with_pytorch 3600 tests/by_release.sh tests/convert/run.sh ${tealight})

# The lessons, each a program of its own as a user would write it: its short form, what its commands.sh asks of the command,
# and its Python twin.
file(GLOB lessons LIST_DIRECTORIES true CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/examples/[0-9][0-9]_*)
foreach(dir IN LISTS lessons)
  get_filename_component(name ${dir} NAME)
  string(SUBSTRING ${name} 0 2 number)
  tl_user_program(lesson_${number} ${dir}/main.cpp)
  target_include_directories(lesson_${number} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/examples)
  target_link_libraries(lesson_${number} PRIVATE tealight_train_lib)
  tl_script_test(lesson.${number} 1500 tests/lessons/run.sh $<TARGET_FILE:lesson_${number}> ${dir}
                 ${CMAKE_BINARY_DIR}/lessons/${name} ${tealight})
endforeach()
# OpenCV is asked for by one lesson only, which has a stand-in for it. Its libraries' own leaks are not ours to find.
find_package(OpenCV QUIET COMPONENTS core imgcodecs)
if(OpenCV_FOUND AND TARGET lesson_35 AND NOT TEALIGHT_SANITIZE)
  target_link_libraries(lesson_35 PRIVATE opencv_core opencv_imgcodecs)
endif()
tl_script_test(lessons 60 ${TL_PYTHON} tests/lessons/count.py)
