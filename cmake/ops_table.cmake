# The operator table: scans src/ops for lines TL_OP(name) and TL_FNS(name) at build time and writes
# generated/ops_table.inc with a line TL_OP_ENTRY(name) or TL_FNS_ENTRY(name) for each. No list to edit, no static
# initialisers; builds for chosen models (selection.cmake) take a subset. Included it sets up the command; run with -P it is the command.
if(NOT CMAKE_SCRIPT_MODE_FILE)
  file(GLOB_RECURSE op_files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/src/ops/*.cpp)
  list(FILTER op_files EXCLUDE REGEX "_(test|bench|fuzz)\\.cpp$")
  tl_keep_selected(op_files)
  set(table ${CMAKE_BINARY_DIR}/generated/ops_table.inc)
  if(TARGET tealight_ops)
    # The file lists the arguments that are too long, or too full of semicolons, for a command line.
    list(JOIN op_files "\n" lines)
    file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/op_files.txt CONTENT "${lines}\n" @ONLY)
    list(JOIN TL_SELECTED_OPS "," chosen)
    add_custom_command(OUTPUT ${table}
      COMMAND ${CMAKE_COMMAND} -DFILES=${CMAKE_BINARY_DIR}/generated/op_files.txt -DOUT=${table}
              "-DCHOSEN=${chosen}" -P ${CMAKE_CURRENT_LIST_FILE}
      DEPENDS ${op_files} ${CMAKE_BINARY_DIR}/generated/op_files.txt ${CMAKE_CURRENT_LIST_FILE}
      COMMENT "Operator table" VERBATIM)
    target_sources(tealight_ops PRIVATE ${table})
  endif()
  return()
endif()

cmake_minimum_required(VERSION 3.25)
file(STRINGS ${FILES} files)
string(REPLACE "," ";" chosen "${CHOSEN}")
set(entries "")
foreach(file IN LISTS files)
  file(STRINGS "${file}" hits REGEX "^TL_(OP|FNS)\\([a-z0-9_]+\\)")
  foreach(hit IN LISTS hits)
    string(REGEX MATCH "^TL_(OP|FNS)\\(([a-z0-9_]+)\\)" _ "${hit}")
    if(NOT chosen OR CMAKE_MATCH_1 STREQUAL "FNS" OR CMAKE_MATCH_2 IN_LIST chosen)
      list(APPEND entries "TL_${CMAKE_MATCH_1}_ENTRY(${CMAKE_MATCH_2})\n")
    endif()
  endforeach()
endforeach()
list(SORT entries)
set(unique ${entries})
list(REMOVE_DUPLICATES unique)
if(NOT entries STREQUAL unique)
  message(FATAL_ERROR "an operator is defined twice; every TL_OP and TL_FNS name must be unique")
endif()
list(JOIN entries "" text)
file(CONFIGURE OUTPUT ${OUT} CONTENT "${text}" @ONLY)   # writes only if different
