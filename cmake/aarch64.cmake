# Toolchain: 64-bit ARM by Debian's cross compiler; what is built runs by qemu with every instruction set it knows.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static -cpu max -L /usr/aarch64-linux-gnu)
# Libraries for the target that Debian packs per architecture: tools/install_deps.sh cross unpacks them here.
set(tl_sysroot ${CMAKE_CURRENT_LIST_DIR}/../build/arm64)
set(TL_ZLIB_ARCHIVE ${tl_sysroot}/usr/lib/aarch64-linux-gnu/libz.a CACHE FILEPATH "")
set(TL_ZLIB_INCLUDE ${tl_sysroot}/usr/include CACHE PATH "")
include_directories(SYSTEM ${tl_sysroot}/usr/include/aarch64-linux-gnu)   # zconf.h
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
