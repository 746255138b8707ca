"""Every sentence that a page shows is there in Korean and Traditional Chinese."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import polib
import pytest
from babel.messages.extract import extract
from django.utils.translation.template import templatize

from .sources import PACKAGE, name, ours

LANGUAGES = {"ko": "ko", "zh_Hant": "zh-hant"}
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3), "npgettext_lazy": ((1, "c"), 2, 3),
}  # fmt: skip
PLACE = re.compile(r"%\([a-z_]\w*\)[sd]|%[sd]|\{[a-z_]*\}")

Message = tuple[str | None, str]  # context, text (the singular where there are two)


def messages_of(file: Path) -> Iterator[tuple[int, Message]]:
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".py":
        yield from messages_of_code(ast.parse(text))
        return
    # What is left of a template is calls between blanks: no Python, but lines of names.
    text = "\n".join(line.strip() for line in templatize(text, origin=str(file)).split("\n"))
    found = extract("python", BytesIO(text.encode()), keywords=KEYWORDS)
    for line, message, _, context in found:
        single = message[0] if isinstance(message, tuple) else message
        if single:
            yield line, (context, single)


def messages_of_code(tree: ast.Module) -> Iterator[tuple[int, Message]]:
    """Of each call, whatever a file calls the function, within an f-string too."""
    called = {"_": "gettext"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            called |= {each.asname or each.name: each.name for each in node.names}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        function = called.get(node.func.id, "")
        texts = [each.value if isinstance(each, ast.Constant) else None for each in node.args]
        if function not in KEYWORDS or not texts:
            continue
        context = texts.pop(0) if "pgettext" in function else None
        if isinstance(texts[0], str):
            yield node.lineno, (context, texts[0])


def used() -> dict[Message, str]:
    """Each message of ours with the first place that uses it."""
    messages: dict[Message, str] = {}
    for file in ours(".py", ".html", ".txt", ".svg", under=PACKAGE):
        if "migrations" in file.parts or "dmn" in file.parts:
            continue
        for line, message in messages_of(file):
            messages.setdefault(message, f"{name(file)}:{line}")
    return messages


def translated(language: str) -> dict[Message, polib.POEntry]:
    """All that the apps' catalogues say in a language; what is fuzzy is not said."""
    said: dict[Message, polib.POEntry] = {}
    for file in PACKAGE.glob(f"*/locale/{language}/LC_MESSAGES/django.po"):
        for entry in polib.pofile(str(file)):
            if not entry.obsolete and not entry.fuzzy and all(texts_of(entry)):
                said[(entry.msgctxt, entry.msgid)] = entry
    return said


def texts_of(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) or [entry.msgstr]


def places(text: str) -> set[str]:
    return set(PLACE.findall(text))


def test_messages_are_found_in_python_and_in_templates(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        "<p>it's {% translate 'One' %}\n   {% blocktranslate count n=x %}{{ n }} row"
        "{% plural %}{{ n }} rows{% endblocktranslate %}\n{{ _('Three') }}"
        "{% translate 'Four' context 'verb' %}"
    )
    assert [message for _, message in messages_of(page)] == [
        (None, "One"), (None, "%(n)s row"), (None, "Three"), ("verb", "Four"),
    ]  # fmt: skip
    code = tmp_path / "code.py"
    code.write_text(
        """\
from django.utils.translation import gettext as _t, ngettext, pgettext
_('One')
ngettext('%(n)s row', '%(n)s rows', 2)
pgettext('verb', 'Four')
f'<p>{_t("Fi" "ve")}</p>'
"""
    )
    assert [message for _, message in messages_of(code)] == [
        (None, "One"), (None, "%(n)s row"), ("verb", "Four"), (None, "Five"),
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_untranslated(language: str) -> None:
    messages = used()
    assert len(messages) > 50
    said = translated(language)
    missing = sorted(f"{place} {message[1]!r}" for message, place in messages.items()
                     if message not in said)  # fmt: skip
    assert not missing, "\n".join([f"{len(missing)} messages are missing:", *missing])


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_what_is_filled_in(language: str) -> None:
    messages = used()
    changed = [
        f"{entry.msgid!r}: {text!r}"
        for message, entry in translated(language).items()
        if message in messages
        for text in texts_of(entry)
        # The only form of Korean and Chinese says what the plural says: "one row" has no number.
        if places(text) != places(entry.msgid_plural or entry.msgid)
    ]
    assert changed == []


def test_words_in_code_are_said_in_all_languages() -> None:
    """Labels that are data (of record types, facts, requests) carry their languages with them."""
    complete = {"en", *LANGUAGES.values()}
    incomplete = []
    for file in ours(".py", under=PACKAGE):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Dict) and is_written_out(node):
                keys = {key.value for key in node.keys if isinstance(key, ast.Constant)}
                if "en" in keys and keys < complete:
                    incomplete.append(f"{name(file)}:{node.lineno}")
    assert incomplete == []


def is_written_out(node: ast.Dict) -> bool:
    return all(isinstance(value, ast.Constant | ast.JoinedStr) for value in node.values)


# English alone: the command line, the API and the keys that programs say there, and the engine,
# which knows no page.
UNSAID = {"config", "demo", "dmn", "connect", "facts"}


def spoken(node: ast.expr | None) -> bool:
    """Whether a sentence is translated wherever it is written out: no bare text, no f-string."""
    match node:
        case ast.Call():  # gettext(…), a function that translates, str(of a lazy one)
            return True
        case ast.BinOp(left=left, op=ast.Mod()):
            return spoken(left)
        case ast.BinOp(left=left, right=right):
            return spoken(left) and spoken(right)
        case ast.IfExp(body=body, orelse=orelse):
            return spoken(body) and spoken(orelse)
        case ast.BoolOp(values=values):
            return all(map(spoken, values))
        case ast.Constant(value=str(text)):
            return not any(letter.isalpha() for letter in text)
        case ast.JoinedStr(values=values):
            return all(map(spoken, values))
        case _:
            return True


def test_every_problem_is_said_in_the_readers_language() -> None:
    """A `Problem` is what a person reads: what is wrong and the mend go through gettext."""
    unspoken = []
    for file in ours(".py", under=PACKAGE):
        if UNSAID & set(file.relative_to(PACKAGE).parts) or file.name == "commands.py":
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                said = [*node.args[:1], *(k.value for k in node.keywords if k.arg == "mend")]
                if called == "Problem" and not all(map(spoken, said)):
                    unspoken.append(f"{name(file)}:{node.lineno}")
    assert unspoken == []
