# shellcheck shell=bash
# Steps, their count, and the undoing of whatever they started. Sourced by .ci/run.

cache=$PWD/.cache
[ -d "$cache" ] || cache=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/git-lode-ci
mkdir -p "$cache" build/ci
scratch=$(mktemp -d)
# What would not be done by the first is skipped; what takes longer than it ever should is ended at the second.
latest=$((SECONDS + 19 * 60)) deadline=$((SECONDS + 30 * 60))
passed=0 failed=0 suites=0 whole=0 running=
skips=() undo=()

# The suites that npm test runs, on whichever node comes first on PATH: npm itself need not run on every one.
vitest=(node node_modules/vitest/vitest.mjs run)

# later COMMAND...: runs when everything ends, the last one first.
later() { undo+=("$(printf '%q ' "$@")"); }

clean_up() {
  local i
  [ -z "$running" ] || { kill "$running" && wait "$running"; } 2>/dev/null
  for ((i = ${#undo[@]} - 1; i >= 0; i--)); do eval "${undo[i]}"; done
  rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

say() { printf '\n=== %s\n' "$*"; }

skip() {
  say "SKIPPED $1: $2"
  skips+=("$1: $2")
  return 1
}

# In the background and waited for, so that a signal to this script does not wait for the command's end.
timed() {
  timeout --kill-after=10 "$((deadline > SECONDS ? deadline - SECONDS : 1))" "$@" &
  running=$!
  wait "$running"
  local code=$?
  running=
  return "$code"
}

# step NAME COMMAND...: something that is no test suite; its failure counts as one.
step() {
  say "$1"
  local since=$SECONDS
  if timed "${@:2}"; then
    say "$1: $((SECONDS - since)) s"
  else
    failed=$((failed + 1))
    say "$1: FAILED after $((SECONDS - since)) s"
    return 1
  fi
}

# suite NAME SHARE COMMAND...: vitest, counted by its own report. A run that breaks without a failing test counts as one failure.
# SHARE is how long it takes in per cent of the first suite, which is the whole of npm test: one that would not be done in
# time is skipped and not cut off.
suite() {
  local name=$1 needed=$((whole * $2 / 100))
  shift 2
  if [ $((SECONDS + needed)) -gt "$latest" ]; then
    skip "$name" "about $needed s, and $((latest > SECONDS ? latest - SECONDS : 0)) s of the 20 minutes are left"
    return
  fi
  say "$name"
  local report=build/ci/$((++suites)).json since=$SECONDS code good bad
  rm -f "$report"
  timed "$@" --reporter=default --reporter=json --outputFile.json="$report"
  code=$?
  read -r good bad < <(node .ci/count.mjs "$report")
  [ "$code" -eq 0 ] || [ "${bad:-0}" -gt 0 ] || bad=1
  passed=$((passed + ${good:-0})) failed=$((failed + ${bad:-0}))
  [ "$whole" -gt 0 ] || whole=$((SECONDS - since))
  say "$name: ${good:-0} passed, ${bad:-0} failed, $((SECONDS - since)) s, exit code $code"
}

finish() {
  local each
  say "$((SECONDS / 60)) min $((SECONDS % 60)) s in all; skipped: ${#skips[@]}"
  for each in ${skips[@]+"${skips[@]}"}; do printf '  skipped %s\n' "$each"; done
  printf '%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ]
  exit
}
