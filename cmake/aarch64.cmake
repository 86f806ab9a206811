# Toolchain: 64-bit ARM by Debian's cross compiler; what is built runs by qemu with every instruction set it knows.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static -cpu max -L /usr/aarch64-linux-gnu)
# Static libraries for the target: tools/install_deps.sh cross unpacks Debian's packages there.
cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH tl_root)
set(CMAKE_FIND_ROOT_PATH ${tl_root}/build/arm64)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
