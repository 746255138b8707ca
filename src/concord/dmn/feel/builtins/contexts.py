"""Contexts: read, build and change (the result is always a new one)."""

from __future__ import annotations

from concord.dmn.feel.builtins.registry import NullResultError, builtin
from concord.dmn.feel.runtime import Run
from concord.dmn.feel.values import Value


def shown(key: str) -> str:
    """A key as a message names it."""
    return key if len(key) <= 60 else f"{key[:60]}…"


@builtin("get value(m: context, key: string)")
def get_value(run: Run, m: dict[str, Value], key: str) -> Value:
    return m.get(key)


@builtin("get entries(m: context) -> list")
def get_entries(run: Run, m: dict[str, Value]) -> list[Value]:
    return [{"key": key, "value": value} for key, value in m.items()]


@builtin("context(entries: list) -> context")
def context(run: Run, entries: list[Value]) -> dict[str, Value]:
    made: dict[str, Value] = {}
    for entry in entries:
        fits = entry.__class__ is dict and "value" in entry and entry.get("key").__class__ is str
        if not fits:
            raise NullResultError("each entry needs a key, which is a string, and a value")
        if entry["key"] in made:
            raise NullResultError(f"the key '{shown(entry['key'])}' stands twice")
        made[entry["key"]] = entry["value"]
    return made


@builtin("context put(context: context, keys: list, value: any) -> context")
def context_put_keys(
    run: Run, context: dict[str, Value], keys: list[Value], value: Value
) -> dict[str, Value]:
    if not keys or not all(key.__class__ is str for key in keys):
        raise NullResultError("the keys must be strings, at least one")
    if len(keys) > 100:
        raise NullResultError("more than 100 keys inside each other")
    if len(keys) == 1:
        return context | {keys[0]: value}
    inner = context.get(keys[0])
    if inner.__class__ is not dict:
        raise NullResultError(f"'{shown(keys[0])}' is no context")
    run.spend(1 + len(inner))
    return context | {keys[0]: context_put_keys(run, inner, keys[1:], value)}


@builtin("context put(context: context, key: string, value: any) -> context")
def context_put(run: Run, context: dict[str, Value], key: str, value: Value) -> dict[str, Value]:
    return context | {key: value}


@builtin("context merge(contexts: list) -> context")
def context_merge(run: Run, contexts: list[Value]) -> dict[str, Value]:
    made: dict[str, Value] = {}
    for each in contexts:
        if each.__class__ is not dict:
            raise NullResultError("only contexts can be merged")
        run.spend(len(each))
        made |= each
    return made
