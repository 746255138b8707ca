"""A name is marked with the language that its script tells."""

import pytest

from concord.ui.templatetags.ui import named


@pytest.mark.parametrize(
    ("name", "html"),
    [
        ("한빛정밀(주)", '<span lang="ko">한빛정밀(주)</span>'),
        ("台灣精密股份有限公司", '<span lang="zh-Hant">台灣精密股份有限公司</span>'),
        ("ソニー精機", '<span lang="ja">ソニー精機</span>'),
        ("Müller & <b>Söhne</b>", "<bdi>Müller &amp; &lt;b&gt;Söhne&lt;/b&gt;</bdi>"),
    ],
)
def test_the_script_tells_the_language(name: str, html: str) -> None:
    assert named(name) == html
