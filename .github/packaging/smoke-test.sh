#!/usr/bin/env bash
# Checks that a built program runs: it answers from its own demo server, and stores and finds the answer.
# Usage: smoke-test.sh PROGRAM [WORDS BEFORE IT ...], such as `smoke-test.sh duologue.exe wine`.
set -euo pipefail
program=$1
shift
start=("$@" "$program")
home=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$home"' EXIT

export HOME=$home XDG_CONFIG_HOME=$home/config XDG_DATA_HOME=$home/data
export XDG_STATE_HOME=$home/state XDG_CACHE_HOME=$home/cache
export APPDATA=$home/roaming LOCALAPPDATA=$home/local

"${start[@]}" --version
"${start[@]}" demo-server --port 0 >"$home/address" 2>/dev/null &
server=$!
for _ in $(seq 200); do
    [ -s "$home/address" ] && break
    sleep 0.1
done
address=$(tr -d '\r\n' <"$home/address")
talk() { "${start[@]}" --user ann --chats "$home/chats" --base-url "$address" "$@" | tr -d '\r'; }

mkdir "$home/chats"
found() { grep -F "$1" >/dev/null || { echo "\"$1\" is missing" >&2; exit 1; }; }
talk ask "show me markdown" | found "strong ones"
talk list | found "show me markdown"
talk show "show me markdown" | found "strong ones"
talk search "strong ones" | found "show me markdown"
talk doctor
echo "The program runs."
