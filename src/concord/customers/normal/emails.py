"""E-mail addresses: the mailbox, its domain, and whether it is one person's."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from concord.customers.normal import listed

FREE: Final = listed(
    """
    gmail.com googlemail.com outlook.com hotmail.com live.com msn.com
    yahoo.com yahoo.co.uk yahoo.co.jp yahoo.de yahoo.fr ymail.com aol.com
    icloud.com me.com mac.com proton.me protonmail.com gmx.de gmx.net gmx.com
    web.de t-online.de freenet.de mail.com mail.ru yandex.ru yandex.com
    naver.com daum.net hanmail.net nate.com kakao.com qq.com 163.com 126.com
    sina.com sohu.com foxmail.com yeah.net hinet.net seznam.cz wp.pl o2.pl
    libero.it virgilio.it orange.fr free.fr wanadoo.fr laposte.net
    terra.com.br uol.com.br bol.com.br comcast.net verizon.net att.net
    sbcglobal.net btinternet.com rediffmail.com zoho.com fastmail.com
    tutanota.com
    """
)
ROLES: Final = listed(
    """
    info office mail contact kontakt hello hi sales vertrieb support service
    help admin webmaster postmaster accounts accounting ap ar billing invoice
    invoices rechnung buchhaltung finance purchasing einkauf procurement
    orders order bestellung shipping logistics versand hr jobs careers
    marketing press reception zentrale general enquiries inquiry team noreply
    no-reply company biz export import quality praxis practice clinic kanzlei
    empfang family familie home store shop booking bookings reservations
    buero studio studios customer service kundenservice customerservice
    """
)
# What is typed where there is no mailbox.
_NOBODY: Final = listed(
    """
    test none no na unknown noemail nomail no-email nobody notprovided
    noreply no-reply donotreply unbekannt keine null example dummy x xx xxx
    a abc asdf email mail noone anonymous
    """
)
_NOWHERE: Final = listed(
    """
    test.com none.com no.com noemail.com nomail.com unknown.com na.com
    example.com example.org example.net email.com domain.com test.de
    nowhere.com noreply.com null.com x.com xx.com xxx.com a.com abc.com
    nobody.com mailinator.com invalid.com none.none test.test
    """
)


@lru_cache(65_536)
def email(text: str) -> str:
    """The mailbox in lower case, without a display name or a tag; "" if it is none."""
    if "<" in text:
        text = text.partition("<")[2].partition(">")[0]
    local, _, domain = text.strip().strip('"').casefold().rpartition("@")
    local = local.partition("+")[0]
    if domain in {"gmail.com", "googlemail.com"}:
        local = local.replace(".", "")
    if "." not in domain or not local or (local in _NOBODY and domain in _NOWHERE | FREE):
        return ""
    return f"{local}@{domain}"


def domain(mailbox: str) -> str:
    """The domain if it is somebody's own, "" for the mail of the many."""
    name = mailbox.rpartition("@")[2]
    return "" if name in FREE or name in _NOWHERE else name


def is_role(mailbox: str) -> bool:
    """Whether a department reads it, not a person."""
    return mailbox.partition("@")[0] in ROLES


@lru_cache(65_536)
def site(text: str) -> str:
    """The domain of a web address."""
    name = text.casefold().partition("://")[2] or text.casefold()
    found = name.partition("/")[0].partition(":")[0].removeprefix("www.").strip()
    return found if "." in found and found not in _NOWHERE and found not in FREE else ""
