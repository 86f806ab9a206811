# The tables of class names on board: assets/labels/NAME.txt, a name a line, become generated/label_tables.inc.
# Included it sets up the command; run with -P it is the command.
if(NOT CMAKE_SCRIPT_MODE_FILE)
  if(TARGET tealight_data)
    file(GLOB label_files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/assets/labels/*.txt)
    set(table ${CMAKE_BINARY_DIR}/generated/label_tables.inc)
    list(JOIN label_files "," joined)
    add_custom_command(OUTPUT ${table}
      COMMAND ${CMAKE_COMMAND} "-DFILES=${joined}" -DOUT=${table} -P ${CMAKE_CURRENT_LIST_FILE}
      DEPENDS ${label_files} ${CMAKE_CURRENT_LIST_FILE} COMMENT "Label tables" VERBATIM)
    target_sources(tealight_data PRIVATE ${table})
  endif()
  return()
endif()

cmake_minimum_required(VERSION 3.25)
string(REPLACE "," ";" files "${FILES}")
set(text "")
set(tables "")
foreach(file IN LISTS files)
  get_filename_component(name ${file} NAME_WE)
  file(STRINGS ${file} labels)
  list(TRANSFORM labels REPLACE "(.+)" "\"\\1\",\n")
  list(JOIN labels "" body)
  string(APPEND text "constexpr std::string_view k_${name}[] = {\n${body}};\n")
  string(APPEND tables "  {\"${name}\", k_${name}},\n")
endforeach()
string(APPEND text "constexpr LabelTable kTables[] = {\n${tables}};\n")
file(CONFIGURE OUTPUT ${OUT} CONTENT "${text}" @ONLY)
