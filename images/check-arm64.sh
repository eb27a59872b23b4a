#!/usr/bin/env bash
# usage: check-arm64.sh AGENT LIBRARIES SANDBOX   runs the agent for ARM in an emulator (qemu-user), with the C library and OpenSSL of such a machine
# from the folder LIBRARIES: it reads the samples, sends them to the sandbox's server, takes up what a killed one left, and the server has it all.
set -uo pipefail
agent=$(realpath "$1")
libraries=$(realpath "$2")
sandbox=$(realpath "$3")
samples=$(realpath "$(dirname "$0")/../samples/runs")
key=5a4db0c05a4db0c05a4db0c05a4db0c05a4db0c0
place=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$place"' EXIT

fail() {
  echo "FAILED: $*"
  exit 1
}

export WANDB_API_KEY=$key
arm() { timeout 120 qemu-aarch64-static -L "$libraries" "$agent" "$@"; }

readelf -h "$agent" | grep -q 'Machine:.*AArch64' || fail "$agent is no program for arm64"
needed=$(readelf -d "$agent" | awk -F'[][]' '/NEEDED/ {print $2}')
for library in $needed; do
  case $library in libc.so.6 | libm.so.6 | ld-linux-aarch64.so.1) ;; *) fail "the agent needs $library, which images/agent/Dockerfile does not list" ;; esac
done
echo "needs: $(echo $needed)"
arm --version || fail "no version"

"$sandbox" serve --port 0 --api-key "$key" --url-file "$place/url" >"$place/server.log" 2>&1 &
server=$!
for _ in $(seq 300); do
  [ -s "$place/url" ] && break
  kill -0 "$server" 2>/dev/null || break
  sleep 0.1
done
[ -s "$place/url" ] || fail "the sandbox's server does not start: $(cat "$place/server.log")"
WANDB_BASE_URL=$(cat "$place/url")
export WANDB_BASE_URL=${WANDB_BASE_URL%/}

cp -r "$samples/kfold_group" "$place/runs"
arm inspect "$place/runs" >"$place/inspected" || fail "inspect: $(cat "$place/inspected")"
# Killed as soon as it says that it sends. Not by way of timeout, whose child would live on.
qemu-aarch64-static -L "$libraries" "$agent" sync "$place/runs" >"$place/killed" 2>&1 &
killed=$!
for _ in $(seq 300); do
  grep -q . "$place/killed" && break
  sleep 0.1
done
kill -KILL "$killed" && wait "$killed" 2>/dev/null
echo "first sync: exit status $?"
arm sync "$place/runs" || fail "sync says $?"
arm verify "$place/runs" >"$place/verified" || fail "verify: $(cat "$place/verified")"
tail -1 "$place/verified"
[ "$(grep -c '^verified ' "$place/verified")" -eq 5 ] || fail "not every run is on the server: $(cat "$place/verified")"
