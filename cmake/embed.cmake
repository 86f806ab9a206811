# Text files as string literals: cli/NAME.html becomes generated/NAME_page.inc.
# Included it sets up the command; run with -P it is the command.
if(NOT CMAKE_SCRIPT_MODE_FILE)
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
file(READ ${FILE} text)
file(WRITE ${OUT} "R\"page(${text})page\"\n")
