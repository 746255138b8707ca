"""Every address that a page or a line of code names by its name exists."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from .sources import PACKAGE, name, ours, text_of

NAMED = re.compile(
    r"""\{%\s*url\s+["']([\w:-]+)["']|\breverse(?:_lazy)?\(\s*["']([\w:-]+)["']"""
    r"""|\bredirect\(\s*["']([\w-]+:[\w-]+)["']|\burl_name=["']([\w:-]+)["']"""
)


def names(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name:
                yield prefix + pattern.name
        else:
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from names(pattern, inner)


def test_every_named_address_exists() -> None:
    known = set(names(get_resolver()))
    assert len(known) > 20
    used = {
        (next(filter(None, match)), name(file))
        for file in ours(".html", ".py", under=PACKAGE)
        for match in NAMED.findall(text_of(file) or "")
    }
    assert len(used) > 20
    missing = sorted(f"{file}: {address}" for address, file in used if address not in known)
    assert not missing, "\n".join(missing)
