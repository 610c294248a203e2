#!/usr/bin/env bash
# Packs the archive of one target.
# Usage: archive.sh PROGRAM TARGET PACKAGE_FILES FOLDER. PACKAGE_FILES is the folder of `generate.sh`.
set -euo pipefail
program=$1
target=$2
files=$3
folder=$4

version=$(sed -n '/^\[package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
name=duologue-$version-$target
mkdir -p "$folder/$name"
cp "$program" "$folder/$name/"
cp -R "$files/man" "$files/completions" "$files/THIRD-PARTY-LICENSES.txt" LICENSE README.md "$folder/$name/"
cp docs/changelog.md "$folder/$name/CHANGELOG.md"
cd "$folder"
case $target in
*windows*)
    archive=$name.zip
    if command -v 7z >/dev/null; then 7z a -bso0 "$archive" "$name"; else zip -qr "$archive" "$name"; fi
    ;;
*)
    archive=$name.tgz
    tar -czf "$archive" "$name"
    ;;
esac
rm -r "$name"
echo "$folder/$archive"
