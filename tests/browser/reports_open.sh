#!/usr/bin/env bash
# Opens generated report pages in headless Chromium and looks at the page that the scripts built.
#   reports_open.sh REPORT_SAMPLES_PROGRAM
# Exit 77: skipped, there is no Chromium here.
set -u

browser=""
for name in chromium chromium-browser google-chrome; do
  if command -v "$name" > /dev/null; then
    browser=$name
    break
  fi
done
if [ -z "$browser" ]; then
  echo "skipped: no chromium on this machine"
  exit 77
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$1" "$work" 20000 || { echo "FAIL: $1 wrote no samples"; exit 1; }

failures=0
fail() {
  echo "FAIL: $1"
  failures=$((failures + 1))
}

# open PAGE [HASH]: leaves the page as the browser sees it in $dom. Without scripts' own marks it is no pass.
open() {
  dom="$work/dom.html"
  timeout 120 "$browser" --headless --no-sandbox --disable-gpu --disable-background-networking --no-first-run \
    --disable-dev-shm-usage --user-data-dir="$work/profile" --window-size=1400,1600 --virtual-time-budget=4000 \
    --dump-dom "file://$work/$1.html${2:-}" > "$dom" 2> "$work/stderr"
  head -c 1000 "$dom" | grep -q '<html[^>]* data-ready="true"' || fail "$1: the page never became ready"
  if head -c 1000 "$dom" | grep -q '<html[^>]* data-error='; then
    fail "$1: a script failed: $(head -c 1000 "$dom" | grep -o 'data-error="[^"]*"')"
  fi
}

# has TEXT WHAT / has_not TEXT WHAT
has() { grep -qF -- "$1" "$dom" || fail "$2"; }
has_not() { if grep -qF -- "$1" "$dom"; then fail "$2"; fi; }
# Everything before the embedded data: what the scripts built.
built() { sed '/<details id="plain"/,$d' "$dom" > "$work/built"; dom="$work/built"; }

open stale
built
has 'Promise broken: linearizable' 'stale: the verdict is not shown'
has 'Process 43 read 17' 'stale: the explanation is not shown'
[ "$(grep -o 'class="bar [a-z]*"' "$dom" | wc -l)" -eq 4 ] || fail 'stale: the core is not drawn as four bars'
has 'class="bar impossible"' 'stale: the impossible read is not marked'
has 'class="arrow time"' 'stale: the order in real time is not drawn'
has 'class="arrow value"' 'stale: who saw which value is not drawn'
has 'class="arrow value wrong"' 'stale: the value that the impossible read saw is not marked'
has 'slow n3 replicates 200 ms late' 'stale: the fault is not named'
has 'a register that holds 18' 'stale: the reason why no order works is not shown'
has '--seed 42' 'stale: the replay line is not shown'
grep -qE 'data-milliseconds="[0-9.]+"' "$dom" || fail 'stale: the timeline was not drawn'

open valid
built
has 'Promise kept: linearizable' 'valid: the verdict is not shown'
has_not 'class="bar impossible"' 'valid: a core is drawn without an anomaly'
has 'never their absence' 'valid: the page does not say what a clean run means'

open undecided
built
has 'Undecided: linearizable' 'undecided: the verdict is not shown'
has 'the budget of 60 s was used up' 'undecided: the reason is not shown'
has 'no time stamps' 'undecided: missing time stamps are not mentioned'

open lost '#op-2108'
built
has 'id="op-2108"' 'lost: a permanent link does not select its operation'
has 'The store broke its own protocol' 'lost: findings of the protocol are not shown'

open several
built
[ "$(grep -o '<details class="other"' "$dom" | wc -l)" -eq 2 ] || fail 'several: the other anomalies are not listed'
has '3 anomalies were found: 2 × lost write, 1 × stale read' 'several: the anomalies are not counted by kind'

open hostile
has_not 'data-owned' 'hostile: a value was executed'
built
has_not '<img' 'hostile: a value became an element'
has_not '<script>' 'hostile: a value became a script'
has '&lt;img src=x' 'hostile: the value is not shown as text'
grep -qF '\u{202e}' "$dom" || fail 'hostile: a mark that reverses text is not spelled out'

open many
built
total=$(grep -m1 '"total"' "$work/many.json" | grep -oE '[0-9]+')
has "${total%???},${total: -3} operations" 'many: the number of operations is not shown'
milliseconds=$(grep -oE 'data-milliseconds="[0-9.]+"' "$dom" | grep -oE '[0-9.]+')
echo "many: one frame took ${milliseconds:-?} ms"

open chosen-names
built
has '>Not confluent</h1>' 'chosen-names: the verdict is not shown'
[ "$(grep -oE 'class="state (before|side-0|side-1|merged)"' "$dom" | sort -u | wc -l)" -ge 4 ] ||
  fail 'chosen-names: the run is not drawn as two branches'
[ "$(grep -o 'td class="broken"' "$dom" | wc -l)" -ge 4 ] || fail 'chosen-names: broken cells are not marked'
has '<svg class="graph"' 'chosen-names: the conflict graph is missing'
has 'exclusive, by name' 'chosen-names: the lock is not in the graph'
has 'class="theme"' 'chosen-names: the theme cannot be switched'
grep -qE '<button[^>]*>Copy</button>' "$dom" || fail 'chosen-names: the replay line cannot be copied'

open three-replicas
built
has '<svg class="lanes"' 'three-replicas: there are no swim lanes'
has 'breaks unique' 'three-replicas: the merge that breaks is not marked'

open hostile-specification
has_not 'data-owned' 'hostile-specification: a text was executed'
built
has_not '<img' 'hostile-specification: a text became an element'
has '&lt;img src=x' 'hostile-specification: the text is not shown as text'

for page in "$work"/*.html; do
  case $page in */dom.html) continue ;; esac
  # Namespaces are names, not requests.
  if grep -oE '(src|href)="https?://[^"]*"|url\(https?:[^)]*\)|@import' "$page" | grep -q .; then
    fail "$page asks for something from the network"
  fi
done

[ "$failures" -eq 0 ] && echo "all pages opened"
exit $((failures > 0))
