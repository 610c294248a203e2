"""OpenAI's own client against the demo server, over both protocols. Usage: openai_client.py URL.

Every object that is received is checked against the client's own types, strictly: a member that is
missing or has another type is a failure. Prints what failed; exits 1 if anything did.
"""

import asyncio
import sys
import time

import openai
from openai import AsyncOpenAI, OpenAI
from openai.types import Model
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.responses import Response, ResponseItem, ResponseStreamEvent
from pydantic import TypeAdapter

URL = sys.argv[1]
failed = 0
count = 0


def check(name, is_right, found=""):
    global failed, count
    count += 1
    if not is_right:
        failed += 1
        print(f"FAILED {name}\n  found: {str(found)[:400]}")


def typed(name, kind, value):
    """Checks an object against its type in the client."""
    try:
        TypeAdapter(kind).validate_python(value.to_dict(mode="json"))
        check(name, True)
    except ValueError as error:
        check(f"{name}: its type", False, error)
    return value


def refused(name, kind, request, **expected):
    """Checks that a request is refused with an error of this class and these attributes."""
    try:
        found = request()
        check(name, False, f"no error: {found}")
    except kind as error:
        for attribute, value in expected.items():
            check(f"{name}: {attribute}", getattr(error, attribute) == value, getattr(error, attribute))
    except Exception as error:  # noqa: BLE001
        check(name, False, repr(error))


CALCULATOR = {
    "type": "function",
    "name": "calculator",
    "description": "Calculates.",
    "parameters": {"type": "object", "properties": {"expression": {"type": "string"}}},
    "strict": False,
}
RESULT = '{"success": true, "result": 42, "expression": "6*7"}'
PICTURE = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def models(client):
    listed = list(client.models.list())
    check("models: list", len(listed) > 1, listed)
    for model in listed:
        typed("models: list", Model, model)
    typed("models: get", Model, client.models.retrieve(listed[0].id))
    refused("models: an unknown one", openai.NotFoundError, lambda: client.models.retrieve("nobody"),
            code="model_not_found", status_code=404)


def responses(client):
    first = typed("responses: create", Response, client.responses.create(model="gpt-5", input="My name is Ann"))
    check("responses: create", "My name is Ann" in first.output_text, first.output_text)
    check("responses: usage", first.usage.total_tokens == first.usage.input_tokens + first.usage.output_tokens)
    second = client.responses.create(model="gpt-5", input="What did I say?", previous_response_id=first.id)
    check("responses: continue", "My name is Ann" in second.output_text, second.output_text)
    check("responses: continue", second.previous_response_id == first.id, second.previous_response_id)
    got = typed("responses: retrieve", Response, client.responses.retrieve(first.id))
    check("responses: retrieve", got.output_text == first.output_text, got.output_text)
    items = list(client.responses.input_items.list(first.id))
    check("responses: input items", len(items) == 1, items)
    for item in items:
        typed("responses: input items", ResponseItem, item)
    client.responses.delete(first.id)
    refused("responses: a deleted one", openai.NotFoundError, lambda: client.responses.retrieve(first.id))
    refused("responses: delete twice", openai.NotFoundError, lambda: client.responses.delete(first.id))
    refused("responses: continue a deleted one", openai.BadRequestError,
            lambda: client.responses.create(model="gpt-5", input="x", previous_response_id=first.id),
            code="previous_response_not_found", param="previous_response_id")
    echoed = client.responses.create(
        model="gpt-5", input=[{"role": "user", "content": "Hi"}], instructions="Be brief.", metadata={"a": "b"},
        temperature=0.5, top_p=0.9, max_output_tokens=500, reasoning={"effort": "low", "summary": "auto"},
        tools=[CALCULATOR], tool_choice="auto", parallel_tool_calls=False, user="ann", store=False,
        text={"format": {"type": "text"}, "verbosity": "low"}, truncation="auto", service_tier="default",
    )
    typed("responses: with everything", Response, echoed)
    for name, expected in [("instructions", "Be brief."), ("metadata", {"a": "b"}), ("temperature", 0.5),
                           ("top_p", 0.9), ("max_output_tokens", 500), ("parallel_tool_calls", False),
                           ("user", "ann"), ("store", False), ("truncation", "auto")]:
        check(f"responses: echo of {name}", getattr(echoed, name, None) == expected, getattr(echoed, name, None))
    check("responses: echo of reasoning", echoed.reasoning.effort == "low", echoed.reasoning)
    refused("responses: not stored", openai.NotFoundError, lambda: client.responses.retrieve(echoed.id))
    picture = client.responses.create(model="gpt-5", input=[{"role": "user", "content": [
        {"type": "input_text", "text": "What is this?"}, {"type": "input_image", "image_url": PICTURE}]}])
    check("responses: a picture", "What is this?" in picture.output_text, picture.output_text)


def responses_stream(client):
    kinds = []
    text = ""
    numbers = []
    for event in client.responses.create(model="gpt-5", input="reasoning and web search", stream=True,
                                         reasoning={"summary": "auto"}):
        typed(f"stream: {event.type}", ResponseStreamEvent, event)
        kinds.append(event.type)
        numbers.append(event.sequence_number)
        if event.type == "response.output_text.delta":
            text += event.delta
    check("stream: order", kinds[0] == "response.created" and kinds[-1] == "response.completed", kinds)
    check("stream: numbers", numbers == list(range(len(numbers))), numbers)
    check("stream: text", text and event.response.output_text == text, text)
    with client.responses.stream(model="gpt-5", input="Hello there") as stream:
        for _ in stream:
            pass
        final = stream.get_final_response()
    check("stream: helper", "Hello there" in final.output_text, final.output_text)
    for question, status in [("refuse this", "completed"), ("incomplete please", "incomplete"), ("failed please", "failed")]:
        last = None
        for event in client.responses.create(model="gpt-5", input=question, stream=True):
            typed(f"stream {status}: {event.type}", ResponseStreamEvent, event)
            last = event
        check(f"stream: {question}", last.response.status == status, last.response.status)
    try:
        for _ in client.responses.create(model="gpt-5", input="cut this", stream=True):
            pass
        check("stream: a cut connection", False, "no error")
    except Exception as error:  # noqa: BLE001
        check("stream: a cut connection", "RemoteProtocolError" in type(error).__name__ or
              isinstance(error, openai.APIConnectionError), repr(error))
    stream = client.responses.create(model="gpt-5", input="a long slow one", stream=True)
    next(iter(stream))
    stream.close()


def responses_tools(client):
    asked = client.responses.create(model="gpt-5", input="calculate 6*7", tools=[CALCULATOR])
    typed("tools: create", Response, asked)
    calls = [item for item in asked.output if item.type == "function_call"]
    check("tools: a call", len(calls) == 1 and calls[0].arguments == '{"expression":"6*7"}', asked.output)
    output = {"type": "function_call_output", "call_id": calls[0].call_id, "output": RESULT}
    done = client.responses.create(model="gpt-5", input=[output], previous_response_id=asked.id, tools=[CALCULATOR])
    check("tools: answer", "**42**" in done.output_text, done.output_text)
    replayed = client.responses.create(
        model="gpt-5", input=[{"role": "user", "content": "calculate 6*7"}, *asked.output, output], tools=[CALCULATOR])
    check("tools: replayed", "**42**" in replayed.output_text, replayed.output_text)
    refused("tools: no output", openai.BadRequestError,
            lambda: client.responses.create(model="gpt-5", input="and?", previous_response_id=asked.id), param="input")
    for event in client.responses.create(model="gpt-5", input="calculate 6*7", tools=[CALCULATOR], stream=True):
        typed(f"tools: {event.type}", ResponseStreamEvent, event)


def responses_background(client):
    started = typed("background: create", Response,
                    client.responses.create(model="gpt-5", input="a slow one", background=True))
    check("background: status", started.status in ("queued", "in_progress"), started.status)
    check("background: flag", started.background is True, started.background)
    got = client.responses.retrieve(started.id)
    check("background: retrieve", got.status in ("queued", "in_progress"), got.status)
    kinds = []
    for event in client.responses.retrieve(started.id, stream=True, starting_after=2):
        typed(f"background: {event.type}", ResponseStreamEvent, event)
        kinds.append(event.sequence_number)
        if len(kinds) == 3:
            break
    check("background: resume", kinds == [3, 4, 5], kinds)
    cancelled = typed("background: cancel", Response, client.responses.cancel(started.id))
    check("background: cancel", cancelled.status == "cancelled", cancelled.status)
    check("background: stays cancelled", client.responses.retrieve(started.id).status == "cancelled")
    quick = client.responses.create(model="gpt-5", input="calculate nothing", background=True)
    for _ in range(200):
        quick = client.responses.retrieve(quick.id)
        if quick.status == "completed":
            break
        time.sleep(0.05)
    check("background: completed", quick.status == "completed" and quick.output_text, quick.status)
    typed("background: completed", Response, quick)
    client.responses.delete(quick.id)
    refused("background: deleted", openai.NotFoundError, lambda: client.responses.retrieve(quick.id))
    plain = client.responses.create(model="gpt-5", input="Hi")
    refused("background: cancel another", openai.BadRequestError, lambda: client.responses.cancel(plain.id))
    refused("background: cancel an unknown one", openai.NotFoundError, lambda: client.responses.cancel("resp_x"))
    refused("background: not stored", openai.BadRequestError,
            lambda: client.responses.create(model="gpt-5", input="Hi", background=True, store=False))


def errors(client):
    ask = client.responses.create
    chat = client.chat.completions.create
    talk = [{"role": "user", "content": "Hi"}]
    refused("errors: unknown model", openai.BadRequestError, lambda: ask(model="nobody", input="Hi"),
            code="model_not_found", param="model")
    refused("errors: unknown model, chat", openai.NotFoundError, lambda: chat(model="nobody", messages=talk),
            code="model_not_found")
    refused("errors: no input", openai.BadRequestError, lambda: ask(model="gpt-5"),
            code="missing_required_parameter", param="input")
    refused("errors: no messages", openai.BadRequestError, lambda: chat(model="gpt-5", messages=None))
    refused("errors: empty messages", openai.BadRequestError, lambda: chat(model="gpt-5", messages=[]), param="messages")
    refused("errors: wrong input", openai.BadRequestError, lambda: ask(model="gpt-5", input=7), param="input")
    refused("errors: wrong model", openai.BadRequestError, lambda: ask(model=7, input="x"), param="model")
    refused("errors: wrong messages", openai.BadRequestError, lambda: chat(model="gpt-5", messages="x"), param="messages")
    refused("errors: wrong stream", openai.BadRequestError, lambda: ask(model="gpt-5", input="x", extra_body={"stream": "yes"}), param="stream")
    refused("errors: unauthorized", openai.AuthenticationError, lambda: ask(model="gpt-5", input="unauthorized"),
            code="invalid_api_key")
    refused("errors: server error", openai.InternalServerError, lambda: ask(model="gpt-5", input="server error"))
    refused("errors: server error, chat", openai.InternalServerError,
            lambda: chat(model="gpt-5", messages=[{"role": "user", "content": "server error"}]))
    refused("errors: rate limit", openai.RateLimitError,
            lambda: ask(model="gpt-5", input=f"rate limit {time.time()}"), code="rate_limit_exceeded")
    retried = client.with_options(max_retries=2).responses.create(model="gpt-5", input=f"rate limit {time.time()}")
    check("errors: retried", retried.status == "completed", retried.status)
    raw = client.responses.with_raw_response.create(model="gpt-5", input="Hi")
    check("errors: request id", bool(raw.request_id), raw.headers)
    refused("errors: a path that is not there", openai.NotFoundError, lambda: client.embeddings.create(model="gpt-5", input="x"))


CHAT_CALCULATOR = {"type": "function", "function": {k: v for k, v in CALCULATOR.items() if k != "type"}}


def chat(client):
    create = client.chat.completions.create
    talk = [{"role": "developer", "content": "Be brief."}, {"role": "user", "content": "My name is Ann"}]
    whole = typed("chat: create", ChatCompletion, create(model="gpt-5", messages=talk))
    check("chat: create", "My name is Ann" in whole.choices[0].message.content, whole)
    check("chat: the instructions are no message", "where our conversation begins" in whole.choices[0].message.content, whole)
    check("chat: usage", whole.usage.total_tokens == whole.usage.prompt_tokens + whole.usage.completion_tokens)
    talk += [whole.choices[0].message, {"role": "user", "content": "What did I say?"}]
    again = create(model="gpt-5", messages=talk)
    check("chat: continue", "My name is Ann" in again.choices[0].message.content, again)
    picture = create(model="gpt-5", messages=[{"role": "user", "content": [
        {"type": "text", "text": "What is this?"}, {"type": "image_url", "image_url": {"url": PICTURE}}]}])
    check("chat: a picture", "What is this?" in picture.choices[0].message.content, picture)
    text = ""
    usage = None
    for chunk in create(model="gpt-5", messages=talk[:2], stream=True, stream_options={"include_usage": True}):
        typed("chat: chunk", ChatCompletionChunk, chunk)
        usage = chunk.usage or usage
        text += "".join(choice.delta.content or "" for choice in chunk.choices)
    check("chat: stream", "My name is Ann" in text, text)
    check("chat: usage of the stream", usage and usage.total_tokens > 0, usage)
    check("chat: no usage unless asked for",
          all(chunk.usage is None for chunk in create(model="gpt-5", messages=talk[:2], stream=True)))
    with client.chat.completions.stream(model="gpt-5", messages=talk[:2]) as stream:
        for _ in stream:
            pass
        check("chat: helper", "My name is Ann" in stream.get_final_completion().choices[0].message.content)
    for question, reason in [("refuse this", "stop"), ("incomplete please", "length")]:
        talk = [{"role": "user", "content": question}]
        whole = typed(f"chat: {question}", ChatCompletion, create(model="gpt-5", messages=talk))
        check(f"chat: {question}", whole.choices[0].finish_reason == reason, whole)
        reasons = [c.choices[0].finish_reason for c in create(model="gpt-5", messages=talk, stream=True)]
        check(f"chat: {question}, streamed", reasons[-1] == reason, reasons)
    try:
        for _ in create(model="gpt-5", messages=[{"role": "user", "content": "failed please"}], stream=True):
            pass
        check("chat: an error in the stream", False, "no error")
    except openai.APIError as error:
        check("chat: an error in the stream", "error while processing" in error.message, error)


def chat_tools(client):
    create = client.chat.completions.create
    talk = [{"role": "user", "content": "calculate 6*7 and 1+1"}]
    asked = typed("chat tools: create", ChatCompletion, create(model="gpt-5", messages=talk, tools=[CHAT_CALCULATOR]))
    calls = asked.choices[0].message.tool_calls or []
    check("chat tools: calls", [c.function.arguments for c in calls] == ['{"expression":"6*7"}', '{"expression":"1+1"}'], asked)
    check("chat tools: reason", asked.choices[0].finish_reason == "tool_calls", asked)
    results = [{"role": "tool", "tool_call_id": c.id, "content": RESULT} for c in calls]
    done = create(model="gpt-5", messages=[*talk, asked.choices[0].message, *results], tools=[CHAT_CALCULATOR])
    check("chat tools: answer", "**42**" in done.choices[0].message.content, done)
    refused("chat tools: no results", openai.BadRequestError,
            lambda: create(model="gpt-5", messages=[*talk, asked.choices[0].message, {"role": "user", "content": "and?"}]))
    with client.chat.completions.stream(model="gpt-5", messages=talk, tools=[CHAT_CALCULATOR]) as stream:
        for _ in stream:
            pass
        final = stream.get_final_completion().choices[0].message
    check("chat tools: stream", len(final.tool_calls or []) == 2, final)


def timeouts(client):
    hasty = client.with_options(timeout=0.05, max_retries=0)
    refused("timeouts: responses", openai.APITimeoutError,
            lambda: [*hasty.responses.create(model="gpt-5", input="a slow one", stream=True)])


async def asynchronous(url):
    async with AsyncOpenAI(base_url=url, api_key="none", max_retries=0) as client:
        both = await asyncio.gather(
            client.responses.create(model="gpt-5", input="one"),
            client.chat.completions.create(model="gpt-5", messages=[{"role": "user", "content": "two"}]))
        check("async: both", "one" in both[0].output_text and "two" in both[1].choices[0].message.content, both)
        text = ""
        async for event in await client.responses.create(model="gpt-5", input="three", stream=True):
            text += getattr(event, "delta", "") or ""
        check("async: stream", "three" in text, text)
        names = [model.id async for model in client.models.list()]
        check("async: models", len(names) > 1, names)


def main():
    with OpenAI(base_url=URL, api_key="none", max_retries=0) as client:
        parts = [models, responses, responses_stream, responses_tools, responses_background, errors, chat, chat_tools, timeouts]
        for part in parts:
            try:
                part(client)
            except Exception as error:  # noqa: BLE001
                check(part.__name__, False, repr(error))
    asyncio.run(asynchronous(URL))
    print(f"openai {openai.__version__}: {count} checks, {failed} failed")
    sys.exit(failed != 0)


main()
