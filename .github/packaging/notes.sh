#!/usr/bin/env bash
# Prints the section of the changelog for a version, without its heading. Usage: notes.sh VERSION
set -euo pipefail
version=$1
notes=$(awk -v version="$version" '
    /^## / { printing = index($0, "## [" version "]") == 1; next }
    printing
' docs/changelog.md)
if [ -z "${notes//[$'\n ']/}" ]; then
    echo "docs/changelog.md has no section \"## [$version]\"" >&2
    exit 1
fi
printf '%s\n' "$notes"
