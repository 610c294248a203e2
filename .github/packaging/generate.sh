#!/usr/bin/env bash
# Writes what packages hold beside the program: manual page, completions and licences.
# Usage: generate.sh PROGRAM FOLDER. PROGRAM runs on this machine; what it prints is the same everywhere.
set -euo pipefail
program=$1
folder=$2
here=$(dirname "$0")

mkdir -p "$folder/man" "$folder/completions"
"$program" man >"$folder/man/duologue.1"
"$program" completions bash >"$folder/completions/duologue.bash"
"$program" completions zsh >"$folder/completions/_duologue"
"$program" completions fish >"$folder/completions/duologue.fish"
"$program" completions nushell >"$folder/completions/duologue.nu"
"$program" completions elvish >"$folder/completions/duologue.elv"
"$program" completions powershell >"$folder/completions/_duologue.ps1"
{
    "$program" licenses
    python3 "$here/licenses.py"
} >"$folder/THIRD-PARTY-LICENSES.txt"
