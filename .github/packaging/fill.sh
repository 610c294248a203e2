#!/usr/bin/env bash
# Fills in the templates of package managers with version, repository and checksums.
# Usage: fill.sh SHA256SUMS FOLDER. SHA256SUMS lists the archives of a release.
set -euo pipefail
sums=$1
folder=$2
here=$(dirname "$0")

version=$(sed -n '/^\[package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
repository=$(sed -n 's/^repository = "\(.*\)"/\1/p' Cargo.toml)
owner=$(basename "$(dirname "$repository")")

checksum() {
    local sum
    sum=$(awk -v name="duologue-$version-$1" '$2 == name || $2 == "*" name { print $1 }' "$sums")
    [ -n "$sum" ] || { echo "$sums has no duologue-$version-$1" >&2; return 1; }
    echo "$sum"
}

expressions=(-e "s|@VERSION@|$version|g" -e "s|@REPOSITORY@|$repository|g" -e "s|@OWNER@|$owner|g")
for archive in \
    x86_64-unknown-linux-musl.tgz aarch64-unknown-linux-musl.tgz \
    x86_64-apple-darwin.tgz aarch64-apple-darwin.tgz x86_64-pc-windows-msvc.zip; do
    sum=$(checksum "$archive")
    expressions+=(-e "s|@SHA256:${archive%.*}@|$sum|g")
done

(cd "$here/templates" && find . -type f) | while read -r template; do
    mkdir -p "$folder/$(dirname "$template")"
    sed "${expressions[@]}" "$here/templates/$template" >"$folder/$template"
    if grep -n '@[A-Z0-9]*[:@]' "$folder/$template" >&2; then
        echo "$template is not filled in" >&2
        exit 1
    fi
done
