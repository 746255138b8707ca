"""Whoever chooses reads words: no choice is called what Django calls none."""

import ast

from .sources import PACKAGE, name, ours


def test_every_choice_of_rows_says_what_none_is_called() -> None:
    found, silent = 0, []
    for file in ours(".py", under=PACKAGE):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".ModelChoiceField"):
                found += 1
                if "empty_label" not in {each.arg for each in node.keywords}:
                    silent.append(f"{name(file)}:{node.lineno}")
    assert found > 5
    assert silent == []
