#!/usr/bin/env bash
# The tour behind `./dev demo`: a store with the safe settings, then the same store made unsafe.
set -euo pipefail
tribunal=${1:-build/release/tribunal}
safe=single-leader:replication=sync,read=leader-quorum,fencing=on
unsafe=single-leader:replication=async,failover=auto,fencing=off

echo
echo "A replicated store with safe settings ($safe),"
echo "its leader cut off again and again, 200 times with 200 seeds:"
echo
"$tribunal" scenario leader-partition-safe --seeds 200

echo
echo "The same store and the same faults with unsafe settings ($unsafe):"
echo
code=0
"$tribunal" run --mode "$unsafe" --workload register --nemesis partition:targets=leader --seed 1 --name demo || code=$?
echo
if [ "$code" -ne 1 ]; then
  echo "demo: expected exit code 1 (a model is violated), got $code" >&2
  exit 3
fi
echo "The exit code was 1: an expected model is violated. Open the report in a browser:"
echo "  $PWD/store/latest/report.html"
echo "Then: $tribunal verify store/latest   re-checks the proof of that verdict with independent code,"
echo "      $tribunal replay store/latest   runs it again and insists on identical bytes."
