# Compiler and linker flags of every target. Instruction sets are chosen by function attribute in the sources
# (kernels/simd), never by a flag here: an inline std:: function of a file compiled with -mavx2 may become the copy
# that older processors run.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(TL_CCACHE ccache)
if(TL_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  if(TEALIGHT_PCH)   # without which ccache gives up on precompiled headers
    set(TL_CCACHE ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${TL_CCACHE})
  endif()
  set(CMAKE_C_COMPILER_LAUNCHER ${TL_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${TL_CCACHE})
endif()

add_library(tealight_flags INTERFACE)
target_compile_options(tealight_flags INTERFACE
  -Wall -Wextra
  $<$<BOOL:${TEALIGHT_WERROR}>:-Werror>
  # gcc 12 warns of uninitialized vector intrinsics (its own headers) and of std::string copies that cannot overlap.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized;-Wno-restrict;-Wno-psabi>
  # ArrayRef points into an initializer list for the length of a call, as PyTorch's does.
  $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-init-list-lifetime>
  # clang warns of what libstdc++ itself deprecates.
  $<$<CXX_COMPILER_ID:Clang>:-Wno-psabi;-Wno-deprecated-declarations>
  # Samples and gradients of builds without them.
  $<$<NOT:$<AND:$<BOOL:${TEALIGHT_TESTS}>,$<BOOL:${TEALIGHT_TRAIN}>>>:-Wno-unused-function>
  -ffp-contract=off                # fused multiply-adds are written out, so that instruction sets agree
  -fwrapv                          # integer tensors wrap around, as PyTorch's do
  -fno-math-errno
  -fno-semantic-interposition
  -fvisibility=hidden
  $<$<COMPILE_LANGUAGE:CXX>:-fvisibility-inlines-hidden>
  -ffunction-sections -fdata-sections)
target_link_options(tealight_flags INTERFACE
  -Wl,--gc-sections -Wl,--as-needed
  -Wl,-z,max-page-size=16384       # Android 15 loads nothing with smaller segments
  -Wl,--exclude-libs,libz.a)
# Relocations of tables of pointers in a twentieth of the room; needs glibc 2.36, musl 1.2.4 or Android 9.
include(CheckLinkerFlag)
check_linker_flag(CXX -Wl,-z,pack-relative-relocs TL_PACKS_RELOCATIONS)
target_link_options(tealight_flags INTERFACE $<$<BOOL:${TL_PACKS_RELOCATIONS}>:-Wl,-z,pack-relative-relocs>)
if(TEALIGHT_SANITIZE)
  target_compile_options(tealight_flags INTERFACE
    -fsanitize=${TEALIGHT_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -D_GLIBCXX_ASSERTIONS)
  target_link_options(tealight_flags INTERFACE -fsanitize=${TEALIGHT_SANITIZE})
else()
  target_link_options(tealight_flags INTERFACE -Wl,-z,defs)
endif()
target_compile_definitions(tealight_flags INTERFACE
  TL_WITH_TRAIN=$<BOOL:${TEALIGHT_TRAIN}>
  TL_WITH_SAMPLES=$<BOOL:${TEALIGHT_TESTS}>
  $<$<NOT:$<BOOL:${TEALIGHT_AVX512}>>:TL_WITHOUT_AVX512=1>
  TL_VERSION="${PROJECT_VERSION}")
target_include_directories(tealight_flags INTERFACE
  ${CMAKE_CURRENT_SOURCE_DIR}/include ${CMAKE_CURRENT_SOURCE_DIR}/src ${CMAKE_CURRENT_BINARY_DIR}/generated)
set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ${TEALIGHT_LTO})
