# `cmake --install`: headers, libraries, the command, find_package(Tealight) and pkg-config.
include(CMakePackageConfigHelpers)
install(DIRECTORY include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS tealight_lib EXPORT TealightTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
if(TARGET tealight_data_lib)
  set_target_properties(tealight_data_lib PROPERTIES INSTALL_RPATH "$ORIGIN")
  install(TARGETS tealight_data_lib EXPORT TealightTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
endif()
if(TARGET tealight_train_lib)
  set_target_properties(tealight_train_lib PROPERTIES INSTALL_RPATH "$ORIGIN")
  install(TARGETS tealight_train_lib EXPORT TealightTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
  set(torch_config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Torch)   # programs for libtorch ask for that name
  configure_package_config_file(cmake/TorchConfig.cmake.in ${CMAKE_BINARY_DIR}/TorchConfig.cmake
    INSTALL_DESTINATION ${torch_config_dir} PATH_VARS CMAKE_INSTALL_INCLUDEDIR)
  install(FILES ${CMAKE_BINARY_DIR}/TorchConfig.cmake DESTINATION ${torch_config_dir})
endif()
if(TARGET tealight_cli)
  install(TARGETS tealight_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
set(config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Tealight)
install(EXPORT TealightTargets NAMESPACE tealight:: DESTINATION ${config_dir})
configure_package_config_file(cmake/TealightConfig.cmake.in ${CMAKE_BINARY_DIR}/TealightConfig.cmake
  INSTALL_DESTINATION ${config_dir})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/TealightConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/TealightConfig.cmake ${CMAKE_BINARY_DIR}/TealightConfigVersion.cmake
  DESTINATION ${config_dir})
file(RELATIVE_PATH TL_PC_TO_PREFIX ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})   # the prefix may move
configure_file(cmake/tealight.pc.in ${CMAKE_BINARY_DIR}/tealight.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/tealight.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
