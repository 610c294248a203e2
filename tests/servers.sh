#!/bin/sh
# Asks independent servers of this machine over both protocols: ask, continue, stream, a tool, cancel,
# errors, models. Usage: servers.sh, with `duologue` on the PATH. Not part of CI. Nothing is downloaded
# and nothing leaves the loopback address; a server that is not installed is passed over, with a word on
# how to get it. Prints what failed; exits 1 if anything did, 2 if there was no server at all.
#
# aimock:    npm install -g @copilotkit/aimock     (the command llmock)
# LiteLLM:   pip install 'litellm[proxy]'          (the command litellm; needs aimock behind it)
# llama.cpp: the command llama-server, and LLAMA_MODEL with the path of a model file
#
# The other way round, OpenAI's own client asks the demo server:
# openai:    pip install openai                    (PYTHON is the interpreter that has it; python3)
set -u
unset OPENAI_API_KEY OPENAI_BASE_URL DUOLOGUE_SERVER DUOLOGUE_MODEL DUOLOGUE_BASE_URL DUOLOGUE_API_KEY
AIMOCK_PORT=${AIMOCK_PORT:-4311}
LITELLM_PORT=${LITELLM_PORT:-4312}
LLAMA_PORT=${LLAMA_PORT:-4313}
DEMO_PORT=${DEMO_PORT:-4314}
PYTHON=${PYTHON:-python3}
tests=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
cd "$folder" || exit 1
mkdir chats fixtures
export DUOLOGUE_USER=ann DUOLOGUE_CHATS="$folder/chats" DUOLOGUE_CONFIG="$folder/config.toml"
export HOME="$folder" XDG_STATE_HOME="$folder/state" MOCK_KEY=sk-mock WRONG_KEY=sk-wrong
failed=0
count=0
started=""

finish() {
    for process in $started; do
        kill "$process" 2>/dev/null
        wait "$process" 2>/dev/null
    done
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT TERM

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

have() { command -v "$1" >/dev/null 2>&1; }

# starts PROCESS URL: waits until the process answers, for a minute.
starts() {
    started="$started $1"
    tries=0
    until curl -s -o /dev/null "$2" && kill -0 "$1" 2>/dev/null; do
        tries=$((tries + 1))
        if [ "$tries" -ge 60 ] || ! kill -0 "$1" 2>/dev/null; then
            echo "the server at $2 did not start" >&2
            exit 1
        fi
        sleep 1
    done
}

# server NAME URL PROTOCOL MODEL KEY_VARIABLE
server() {
    printf '[servers.%s]\nbase_url = "%s"\nprotocol = "%s"\nmodel = "%s"\napi_key_env = "%s"\n' \
        "$1" "$2" "$3" "$4" "$5" >>config.toml
}

# check_mock NAME MODEL: everything the fixtures of aimock can show.
check_mock() {
    has "$1: ask" "Hello from the mock" "$(duologue ask --server "$1" hello 2>&1)"
    has "$1: continue" "I remember the first turn." "$(duologue ask --server "$1" -c 'and again' 2>&1)"
    pieces=$(duologue ask --server "$1" --events hello 2>/dev/null | grep -c '"type":"text"')
    [ "$pieces" -gt 1 ] && pieces=several
    has "$1: stream" "several" "$pieces"
    has "$1: a tool" "The result is 42." "$(duologue ask --server "$1" calculate 2>&1)"
    has "$1: rate limit" "too many requests" "$(duologue ask --server "$1" 'too often' 2>&1)"
    has "$1: an early end" "ended early 1" "$(
        duologue ask --server "$1" 'too long' >/dev/null 2>&1
        echo "ended early $?"
    )"
    has "$1: a cut connection" "HTTP 500 or closed" "$(
        duologue ask --server "$1" 'cut it' 2>&1 |
            sed -n 's/.*\(HTTP 500\|closed the connection\|connection was\).*/HTTP 500 or closed/p' | head -n 1
    )"
    check_cancel "$1" slowly
    has "$1: models" "$2" "$(duologue models --server "$1" 2>&1)"
}

# check_cancel NAME QUESTION: Ctrl+C keeps what was received.
check_cancel() {
    : >partial.txt
    duologue ask --server "$1" "$2" >partial.txt 2>/dev/null &
    asking=$!
    tries=0
    until [ -s partial.txt ] || [ "$tries" -ge 100 ]; do
        tries=$((tries + 1))
        sleep 0.1
    done
    kill -INT "$asking" 2>/dev/null
    wait "$asking"
    has "$1: cancel" "exit 130" "exit $?"
    stored=$(duologue show "$(duologue list | head -n 1 | cut -c1-8)")
    has "$1: what was received is kept" "$(head -c 8 partial.txt)" "$stored"
}

cat >fixtures/all.json <<'END'
{ "fixtures": [
  { "match": { "userMessage": "calculate", "hasToolResult": true },
    "response": { "content": "The result is 42." } },
  { "match": { "userMessage": "calculate" },
    "response": { "toolCalls": [{ "name": "calculator", "arguments": { "expression": "6*7" } }] } },
  { "match": { "userMessage": "and again", "turnIndex": 1 },
    "response": { "content": "I remember the first turn." } },
  { "match": { "userMessage": "too often" },
    "response": { "error": { "message": "Rate limited", "type": "rate_limit_error" }, "status": 429 } },
  { "match": { "userMessage": "too long" },
    "response": { "content": "A part of", "finishReason": "length" } },
  { "match": { "userMessage": "cut it" },
    "response": { "content": "This answer is cut in the middle of a sentence." }, "truncateAfterChunks": 3 },
  { "match": { "userMessage": "slowly" }, "latency": 300, "chunkSize": 8,
    "response": { "content": "This answer takes its time, and longer than anybody wants to wait for it, because each piece of it comes alone and late, and there are many of them." } },
  { "match": { "userMessage": "hello" },
    "response": { "content": "Hello from the mock, in several pieces.", "reasoning": "The user greets me." } }
] }
END
printf 'tools = ["calculator"]\n' >config.toml

if ! have duologue || ! have curl; then
    echo "needs duologue and curl on the PATH" >&2
    exit 2
fi

if have llmock; then
    AIMOCK_API_KEYS=$MOCK_KEY llmock -p "$AIMOCK_PORT" -f fixtures -c 8 --log-level silent --strict &
    url=http://127.0.0.1:$AIMOCK_PORT
    starts $! "$url/v1/models"
    server aimock "$url/v1" auto gpt-4o MOCK_KEY
    server aimock-chat "$url/v1" chat o4-mini MOCK_KEY
    server aimock-router "$url/api/v1" auto openai/o4-mini MOCK_KEY
    server aimock-wrong "$url/v1" auto gpt-4o WRONG_KEY
    for name in aimock aimock-chat aimock-router; do
        check_mock "$name" gpt-4o
    done
    has "aimock: a wrong key" "does not accept the API key" "$(duologue ask --server aimock-wrong hello 2>&1)"
else
    echo "passed over: aimock (npm install -g @copilotkit/aimock)"
fi

if have llmock && have litellm; then
    cat >litellm.yaml <<END
model_list:
  - model_name: native
    litellm_params: { model: openai/gpt-4o, api_key: sk-mock, api_base: "$url/v1" }
  - model_name: bridged
    litellm_params: { model: hosted_vllm/gpt-4o, api_key: sk-mock, api_base: "$url/v1" }
general_settings: { master_key: sk-mock }
litellm_settings: { num_retries: 0 }
END
    LITELLM_LOCAL_MODEL_COST_MAP=True \
        litellm --config litellm.yaml --host 127.0.0.1 --port "$LITELLM_PORT" >litellm.log 2>&1 &
    own=http://127.0.0.1:$LITELLM_PORT/v1
    starts $! "$own/models"
    for model in native bridged; do
        server "litellm-$model" "$own" auto "$model" MOCK_KEY
        server "litellm-$model-chat" "$own" chat "$model" MOCK_KEY
        check_mock "litellm-$model" "$model"
        check_mock "litellm-$model-chat" "$model"
    done
    has "litellm: an unknown model" "Invalid model name" \
        "$(duologue ask --server litellm-native --model nobody hello 2>&1)"
else
    echo "passed over: LiteLLM (pip install 'litellm[proxy]', and aimock)"
fi

if have llama-server && [ -n "${LLAMA_MODEL:-}" ]; then
    llama-server -m "$LLAMA_MODEL" --host 127.0.0.1 --port "$LLAMA_PORT" >llama.log 2>&1 &
    own=http://127.0.0.1:$LLAMA_PORT/v1
    starts $! "$own/models"
    for protocol in auto chat; do
        name=llama-$protocol
        server "$name" "$own" "$protocol" any NO_KEY
        has "$name: ask" "ended 0" "$(
            duologue ask --server "$name" 'Say hello.' >/dev/null 2>&1
            echo "ended $?"
        )"
        has "$name: continue" "ended 0" "$(
            duologue ask --server "$name" -c 'Say it again.' >/dev/null 2>&1
            echo "ended $?"
        )"
        check_cancel "$name" "Count from one to a thousand in words."
    done
else
    echo "passed over: llama.cpp (llama-server, and LLAMA_MODEL with a model file)"
fi

if have "$PYTHON" && "$PYTHON" -c 'import openai' 2>/dev/null; then
    duologue demo-server --port "$DEMO_PORT" >demo.log 2>&1 &
    own=http://127.0.0.1:$DEMO_PORT/v1
    starts $! "$own/models"
    has "OpenAI's client and the demo server" ", 0 failed" "$("$PYTHON" "$tests/openai_client.py" "$own" 2>&1)"
else
    echo "passed over: OpenAI's client (pip install openai, and PYTHON)"
fi

if [ "$count" = 0 ]; then
    exit 2
fi
echo "$count checks, $failed failed"
[ "$failed" = 0 ]
