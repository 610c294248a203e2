"""Prints the licences of the packages that are built into the program, for all systems together.

A text that several packages share is printed once, below their names. Needs the sources of the packages,
which `cargo fetch` downloads.
"""

import json
import pathlib
import subprocess
import sys

FILES = ("LICENSE*", "LICENCE*", "COPYING*", "NOTICE*", "UNLICENSE*", "license*", "Copyright*")


def built_in(metadata):
    """The packages that the program itself links, without those that only build or test it."""
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    waiting, found = [metadata["resolve"]["root"]], set()
    while waiting:
        package = waiting.pop()
        if package in found:
            continue
        found.add(package)
        for dependency in nodes[package]["deps"]:
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                waiting.append(dependency["pkg"])
    found.discard(metadata["resolve"]["root"])
    return found


def texts(folder, expression):
    """The licence files of a package. Where it offers MIT among others, MIT is chosen."""
    files = {file for pattern in FILES for file in folder.glob(pattern) if file.is_file()}
    chosen = [file for file in files if "mit" in file.name.lower()]
    offers_mit = "MIT" in expression.replace("/", " OR ").split(" OR ")
    return sorted(chosen if chosen and offers_mit else files)


def main():
    command = ["cargo", "metadata", "--locked", "--format-version", "1"]
    metadata = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    wanted = built_in(metadata)
    by_text, without = {}, []
    for package in sorted(metadata["packages"], key=lambda it: (it["name"], it["version"])):
        if package["id"] not in wanted:
            continue
        folder = pathlib.Path(package["manifest_path"]).parent
        found = texts(folder, package["license"])
        name = f"{package['name']} {package['version']} ({package['license']})"
        if not found:
            without.append((name, ", ".join(package["authors"])))
        for file in found:
            text = file.read_text(encoding="utf-8", errors="replace").strip()
            by_text.setdefault(text, []).append(name)
    print("\n# Rust packages in this program\n")
    for text, names in sorted(by_text.items(), key=lambda it: it[1]):
        print("\n".join(["=" * 78, *dict.fromkeys(names), "-" * 78, text, ""]))
    if without:
        print("=" * 78)
        print("These packages name a licence, but come without its text:")
        for name, authors in without:
            print(f"{name}" + (f", by {authors}" if authors else ""))


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    main()
