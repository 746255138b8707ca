"""The departments a company begins with: those that the policy Concord comes with speaks of."""

from typing import Final

from concord.kernel.models import Department
from concord.kernel.words import Words

STANDARD: Final[dict[str, Words]] = {
    "sales": {"en": "Sales", "ko": "영업팀", "zh-hant": "業務部"},
    "support": {"en": "Support", "ko": "고객지원팀", "zh-hant": "客服部"},
    "accounts": {"en": "Accounts", "ko": "회계팀", "zh-hant": "會計部"},
    "shipping": {"en": "Shipping", "ko": "출하팀", "zh-hant": "出貨部"},
    "engineering": {"en": "Engineering", "ko": "기술팀", "zh-hant": "工程部"},
    "scheduling": {"en": "Scheduling", "ko": "일정관리팀", "zh-hant": "排程部"},
}


def make_standard() -> None:
    """Where there is no department yet; an administrator renames them and adds others."""
    if not Department.objects.exists():
        Department.objects.bulk_create(
            [Department(key=key, words=words) for key, words in STANDARD.items()]
        )
