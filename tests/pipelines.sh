#!/bin/sh
# Twenty pipelines as people write them. Usage: pipelines.sh, with `duologue` on the PATH, a server
# and a folder of conversations in the environment. Prints what failed; exits 1 if anything did.
# Needs sh, the usual small tools, jq and python3.
set -u
cd "$(mktemp -d)" || exit 1
failed=0
count=0

# check NAME EXPECTED ACTUAL
check() {
    count=$((count + 1))
    if [ "$2" != "$3" ]; then
        failed=$((failed + 1))
        printf 'FAILED %s\n  expected: %s\n  found:    %s\n' "$1" "$2" "$3"
    fi
}

# has NAME PART ACTUAL
has() {
    count=$((count + 1))
    case $3 in
    *"$2"*) ;;
    *)
        failed=$((failed + 1))
        printf 'FAILED %s\n  should hold: %s\n  found:       %s\n' "$1" "$2" "$3"
        ;;
    esac
}

for tool in jq python3; do
    command -v "$tool" >/dev/null 2>&1 || { echo "$tool is missing"; exit 1; }
done

# 1. Text piped in goes with the question.
printf '+new\n-old\n' | duologue ask "review this" >answer.txt
has "a diff is reviewed" "review this" "$(cat answer.txt)"

# 2. The question itself from a pipe.
echo "My name is Ann" | duologue ask - >/dev/null
has "a question from a pipe" "My name is Ann" "$(duologue list)"

# 3. Going on where one was.
check "the conversation goes on" "You began with: My name is Ann" \
    "$(duologue ask -c 'What did I say first?')"

# 4. The first lines of a long answer, and no complaint.
duologue ask "a long answer" 2>errors.txt | head -n 2 >/dev/null
check "a reader that goes away" "" "$(cat errors.txt)"

# 5. The same for a listing.
check "the newest title" "1" "$(duologue list | head -n 1 | wc -l | tr -d ' ')"

# 6. Counting.
check "conversations are counted" "3" "$(duologue list | wc -l | tr -d ' ')"

# 7. The id in the first column works everywhere.
id=$(duologue list | grep "My name is Ann" | cut -c1-8)
has "an id from a listing" "You:" "$(duologue show "$id")"

# 8. A listing and xargs.
check "every conversation is shown" "3" \
    "$(duologue list | cut -c1-8 | xargs -n 1 duologue show | grep -c '^# ')"

# 9. No escape codes off a terminal.
check "nothing that acts on a terminal" "0" \
    "$(duologue ask "hostile" | LC_ALL=C tr -cd '\033' | wc -c | tr -d ' ')"

# 10. Searching.
has "what is found" "Ann" "$(duologue search "name is ann")"

# 11. Nothing found is a failure, as with grep.
duologue search "no such words anywhere" >/dev/null 2>&1
check "nothing found" "1" "$?"

# 12. Renaming, then by title.
duologue rename "$id" "Ann says hello"
has "by its new title" "My name is Ann" "$(duologue show "Ann says hello" --markdown)"

# 13. A copy of everything, compared with the file itself.
duologue export --all --format json --output all.json
cmp -s all.json "$DUOLOGUE_CHATS/$DUOLOGUE_USER.json"
check "an export is the file" "0" "$?"

# 14. Into another file and back out: the same.
DUOLOGUE_USER=other duologue import all.json >/dev/null 2>&1
check "export, import, export" "$(cksum <all.json)" \
    "$(DUOLOGUE_USER=other duologue export --all --format json | cksum)"

# 15. Importing again changes nothing.
before=$(cksum <"$DUOLOGUE_CHATS/other.json")
duologue export --all | DUOLOGUE_USER=other duologue import - >/dev/null 2>&1
check "twice is once" "$before" "$(cksum <"$DUOLOGUE_CHATS/other.json")"

# 16. A folder of pages.
duologue export --all --format html --output pages
check "a page each" "4" "$(find pages -name '*.html' | wc -l | tr -d ' ')"
check "no script in any" "0" "$(cat pages/*.html | grep -ci '<script')"

# 17. Two versions of a file.
DUOLOGUE_USER=third duologue ask "only here" >/dev/null
DUOLOGUE_USER=third duologue merge all.json >/dev/null 2>&1
check "both are there" "5" "$(DUOLOGUE_USER=third duologue list | wc -l | tr -d ' ')"

# 18. Deleting asks, a script says yes, undo takes it back.
duologue delete "$id" >/dev/null 2>&1
check "deleting without a yes" "2" "$?"
duologue delete --yes "$id" 2>/dev/null
check "it is gone" "3" "$(duologue list | wc -l | tr -d ' ')"
duologue undo >/dev/null 2>&1
check "it is back" "4" "$(duologue list | wc -l | tr -d ' ')"

# 19. An answer that breaks off is printed, and the failure reaches the script.
duologue ask "cut this one" >partial.txt 2>/dev/null
check "a partial answer fails" "1" "$?"
has "and is printed" "You said" "$(cat partial.txt)"

# 20. Machines read JSON.
check "titles with jq" "Ann says hello" \
    "$(duologue list --json | jq -r '.[].chat_name' | grep Ann)"
has "events with jq" "completed" \
    "$(duologue ask --events hello | jq -r 'select(.type == "ended").status')"
check "hits with jq" "true" \
    "$(duologue search --json "my name is ann" | jq 'any(.[]; .message.role == "user")')"
check "settings with jq" "ann" "$(duologue config --json | jq -r .settings.user.value)"
check "python reads it" "ok" "$(duologue export --all -f json |
    python3 -c 'import json,sys; json.load(sys.stdin); print("ok")')"

if [ "$failed" -gt 0 ]; then
    echo "$failed of $count failed"
    exit 1
fi
echo "$count held"
