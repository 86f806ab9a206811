# Text files as string literals: cli/flame.html becomes generated/flame_page.inc, assets/operators_by_release.txt likewise, and what
# lies in src/python/lib generated/python_library.inc. Included it sets up the commands; run with -P it is the command.
if(NOT CMAKE_SCRIPT_MODE_FILE)
  if(TARGET tealight_python)
    set(lib ${CMAKE_CURRENT_SOURCE_DIR}/src/python/lib)
    file(GLOB_RECURSE files CONFIGURE_DEPENDS ${lib}/*.py)
    set(library ${CMAKE_BINARY_DIR}/generated/python_library.inc)
    add_custom_command(OUTPUT ${library}
      COMMAND ${CMAKE_COMMAND} -DFOLDER=${lib} -DOUT=${library} -P ${CMAKE_CURRENT_LIST_FILE}
      DEPENDS ${files} ${CMAKE_CURRENT_LIST_FILE} COMMENT "torch.nn in Python" VERBATIM)
    target_sources(tealight_python PRIVATE ${library})
    target_include_directories(tealight_python PRIVATE ${CMAKE_BINARY_DIR}/generated)
  endif()
  if(TARGET tealight_cli_parts)
    foreach(pair cli/flame.html=flame_page cli/runs.html=runs_page cli/collect_page.html=collect_page assets/operators_by_release.txt=operators_by_release)
      string(REPLACE "=" ";" pair ${pair})
      list(GET pair 0 file)
      list(GET pair 1 name)
      set(literal ${CMAKE_BINARY_DIR}/generated/${name}.inc)
      add_custom_command(OUTPUT ${literal}
        COMMAND ${CMAKE_COMMAND} -DFILE=${CMAKE_CURRENT_SOURCE_DIR}/${file} -DOUT=${literal} -P ${CMAKE_CURRENT_LIST_FILE}
        DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${file} ${CMAKE_CURRENT_LIST_FILE} COMMENT "${file}" VERBATIM)
      target_sources(tealight_cli_parts PRIVATE ${literal})
    endforeach()
  endif()
  return()
endif()

cmake_minimum_required(VERSION 3.25)
if(FOLDER)   # {"torch.nn.init", R"py(...)py"}, a module each
  file(GLOB_RECURSE files RELATIVE ${FOLDER} ${FOLDER}/*.py)
  set(all "")
  foreach(file IN LISTS files)
    file(READ ${FOLDER}/${file} text)
    string(REGEX REPLACE "\\.py$" "" module ${file})
    string(REPLACE "/" "." module ${module})
    string(APPEND all "{\"${module}\", R\"py(${text})py\"},\n")
  endforeach()
  file(WRITE ${OUT} "${all}")
  return()
endif()
file(READ ${FILE} text)
file(WRITE ${OUT} "R\"page(${text})page\"\n")
