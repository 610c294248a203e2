def "nu-complete duologue" [context: string] {
    let words = ($context | split row --regex '\s+' | skip 1)
    ^duologue __complete -- ...$words
    | lines
    | each {|line|
        let parts = ($line | split row "\t")
        { value: $parts.0, description: ($parts | get 1? | default "") }
    }
}

export extern duologue [...words: string@"nu-complete duologue"]
