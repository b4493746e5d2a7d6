#!/usr/bin/env bash
# Builds the determinism driver with g++ and clang++, unoptimised, optimised and with sanitizers, and
# insists that all print the same hashes of history, message trace, report data and proof.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

build() { # NAME COMPILER FLAGS [SANITIZERS]
  local dir=build/determinism-$1
  [ -e "$dir/build.ninja" ] || cmake -S . -B "$dir" -G Ninja -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_COMPILER="$2" \
    -DCMAKE_CXX_FLAGS="$3" -DTRIBUNAL_SANITIZE="${4:-}" >/dev/null
  cmake --build "$dir" --target determinism_driver -- --quiet
}

mkdir -p build/determinism
build gcc-O0 g++ -O0
build gcc-O2 g++ -O2
build clang-O0 clang++ -O0
build clang-O2 clang++ -O2
build clang-sanitized clang++ "-O1 -g1" address,undefined

status=0
for name in gcc-O0 gcc-O2 clang-O0 clang-O2 clang-sanitized; do
  "build/determinism-$name/tests/determinism_driver" >"build/determinism/$name.txt"
  if cmp -s build/determinism/gcc-O0.txt "build/determinism/$name.txt"; then
    echo "same bytes: $name"
  else
    echo "DIFFERENT BYTES: $name against gcc-O0:"
    diff build/determinism/gcc-O0.txt "build/determinism/$name.txt" | head -n 6 || true
    status=1
  fi
done
exit $status
