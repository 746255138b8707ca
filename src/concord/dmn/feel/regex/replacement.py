"""`replace`: every match replaced by a template with groups."""

from __future__ import annotations

from concord.dmn.feel.regex.machine import Pattern, Spend
from concord.dmn.feel.regex.program import PatternError

MAX_RESULT = 1_000_000  # characters of a replacement's result


def replace(pattern: Pattern, text: str, replacement: str, spend: Spend) -> str:
    """Every match replaced; `$1` stands for a group, `\\$` and `\\\\` for themselves."""
    spend(len(replacement) // 4)
    template = _template(replacement, pattern.groups)
    parts: list[str] = []
    size = position = 0
    for found in pattern.finditer(text, spend):
        start, end = found.spans[0]
        if start == end:
            raise PatternError("the pattern matches an empty string")
        spend(len(template) // 8)
        new = "".join(
            piece if isinstance(piece, str) else text[slice(*found.spans[piece])]
            for piece in template
            if isinstance(piece, str) or found.spans[piece][0] >= 0
        )
        parts += (text[position:start], new)
        size += start - position + len(new)
        if size > MAX_RESULT:
            raise PatternError("the result is too long")
        position = end
    return "".join(parts) + text[position:]


def _template(replacement: str, groups: int) -> list[str | int]:
    pieces: list[str | int] = []
    at = 0
    while at < len(replacement):
        char, after = replacement[at], replacement[at + 1 : at + 2]
        if char == "\\":
            if after not in ("\\", "$"):
                raise PatternError("a backslash in the replacement stands before $ or \\ only")
            pieces.append(after)
            at += 2
        elif char == "$":
            if not after.isascii() or not after.isdigit():
                raise PatternError("a $ in the replacement stands before a digit only")
            group, at = _group_number(replacement, at + 1, groups)
            if group <= groups:
                pieces.append(group)
        else:
            pieces.append(char)
            at += 1
    return pieces


def _group_number(text: str, at: int, groups: int) -> tuple[int, int]:
    """The longest number that is a group; else its first digit."""
    value, end = int(text[at]), at + 1
    while end < len(text) and text[end].isascii() and text[end].isdigit():
        longer = value * 10 + int(text[end])
        if longer > groups:
            break
        value, end = longer, end + 1
    return value, end
