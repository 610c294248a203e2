#compdef duologue

_duologue() {
    local -a values descriptions
    local value about
    while IFS=$'\t' read -r value about; do
        values+=("$value")
        descriptions+=("$value${about:+  -- $about}")
    done < <("${words[1]}" __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)
    if (( $#values )); then
        compadd -l -d descriptions -a values
    else
        _files
    fi
}

if [ "$funcstack[1]" = "_duologue" ]; then
    _duologue "$@"
else
    compdef _duologue duologue
fi
