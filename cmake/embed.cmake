# Text files as string literals: cli/flame.html becomes generated/flame_page.inc, and what lies in src/python/lib
# generated/python_library.inc. Included it sets up the commands; run with -P it is the command.
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
    set(page ${CMAKE_BINARY_DIR}/generated/flame_page.inc)
    add_custom_command(OUTPUT ${page}
      COMMAND ${CMAKE_COMMAND} -DFILE=${CMAKE_CURRENT_SOURCE_DIR}/cli/flame.html -DOUT=${page} -P ${CMAKE_CURRENT_LIST_FILE}
      DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/cli/flame.html ${CMAKE_CURRENT_LIST_FILE} COMMENT "Flame chart page" VERBATIM)
    target_sources(tealight_cli_parts PRIVATE ${page})
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
