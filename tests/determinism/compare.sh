#!/usr/bin/env bash
# Insists that the determinism driver prints the same hashes of history, message trace, report data and
# proof whoever compiled it: g++ optimised (the release preset) and clang++ unoptimised with AddressSanitizer
# and UBSan (the debug preset). With --all also g++ -O0, clang++ -O2 and g++ sanitized.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
mkdir -p build/determinism
names=()

run() { # NAME BUILD_DIRECTORY
  "$2/tests/determinism_driver" >"build/determinism/$1.txt"
  names+=("$1")
}

preset() { # NAME PRESET
  [ -e "build/$2/build.ninja" ] || cmake --preset "$2" >/dev/null
  cmake --build "build/$2" --target determinism_driver -- --quiet
  run "$1" "build/$2"
}

build() { # NAME COMPILER FLAGS [SANITIZERS]
  local dir=build/determinism-$1
  [ -e "$dir/build.ninja" ] || cmake -S . -B "$dir" -G Ninja -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_COMPILER="$2" \
    -DCMAKE_CXX_FLAGS="$3" -DTRIBUNAL_SANITIZE="${4:-}" >/dev/null
  cmake --build "$dir" --target determinism_driver -- --quiet
  run "$1" "$dir"
}

preset gcc-O2 release
preset clang-O0-sanitized debug
if [ "${1:-}" = --all ]; then
  build gcc-O0 g++ -O0
  build clang-O2 clang++ -O2
  build gcc-O1-sanitized g++ "-O1 -g1" address,undefined
fi

status=0
for name in "${names[@]}"; do
  if cmp -s "build/determinism/${names[0]}.txt" "build/determinism/$name.txt"; then
    echo "same bytes: $name ($(wc -l <"build/determinism/$name.txt") runs)"
  else
    echo "DIFFERENT BYTES: $name against ${names[0]}:"
    diff "build/determinism/${names[0]}.txt" "build/determinism/$name.txt" | head -n 6 || true
    status=1
  fi
done
exit $status
