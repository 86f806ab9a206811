#!/bin/bash
# usage: tools/install_deps.sh SET...    installs Debian packages; does nothing, quickly, where all are present.
#   build  what the library and the command need        test  what the tests need (PyTorch is the oracle)
#   cross  64-bit ARM by cross compiler and qemu         (clang is for the sanitizers and libFuzzer)
set -euo pipefail
cd "$(dirname "$0")/.."

declare -A packages=(
  [build]="cmake ninja-build g++ ccache pkg-config binutils nlohmann-json3-dev libcli11-dev zlib1g-dev
           libjpeg62-turbo-dev libpng-dev libwebp-dev libgif-dev libutf8proc-dev libcivetweb-dev"
  [test]="libgtest-dev clang-19 libclang-rt-19-dev llvm-19 python3 python3-numpy python3-pil python3-torch python3-torchvision
          python3-sklearn"
  [cross]="g++-aarch64-linux-gnu qemu-user-static libgtest-dev"
)

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# Static libraries for ARM: Debian's packages for it, unpacked into build/arm64 without touching dpkg's settings.
unpack_arm64() {
  [ -e build/arm64/complete ] && return
  local state=build/arm64/apt
  mkdir -p $state/lists/partial $state/cache/archives/partial
  local options=(-o APT::Architecture=arm64 -o APT::Architectures=arm64 -o APT::Sandbox::User=root
                 -o Dir::State::Lists="$PWD/$state/lists" -o Dir::Cache="$PWD/$state/cache"
                 -o Dir::State::status=/dev/null -qq)
  apt-get "${options[@]}" update
  (cd $state && apt-get "${options[@]}" download zlib1g-dev libjpeg62-turbo-dev libpng-dev libwebp-dev libgif-dev \
                                             libutf8proc-dev)
  for deb in $state/*.deb; do dpkg -x "$deb" build/arm64; done
  rm -r $state
  touch build/arm64/complete
}

wanted=()
for set in "$@"; do
  [ -n "${packages[$set]:-}" ] || { echo "install_deps: no set '$set'; sets: ${!packages[*]}" >&2; exit 2; }
  wanted+=(${packages[$set]})
done
missing=()
for package in "${wanted[@]}"; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "installing: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  [ -z "$(dpkg --audit)" ] || as_root env DEBIAN_FRONTEND=noninteractive dpkg --configure -a >/dev/null   # an install was cut off
  install=(apt-get install -y -qq --no-install-recommends -o Dpkg::Use-Pty=0)
  as_root env DEBIAN_FRONTEND=noninteractive "${install[@]}" "${missing[@]}" >/dev/null 2>&1 ||
    { as_root apt-get update -qq
      as_root env DEBIAN_FRONTEND=noninteractive "${install[@]}" "${missing[@]}" >/dev/null; }
fi
case " $* " in *" cross "*) unpack_arm64 ;; esac
