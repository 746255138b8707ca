from concord.kernel.models.api_key import ApiKey
from concord.kernel.models.audit import AuditEntry
from concord.kernel.models.company import Company, ExchangeRate
from concord.kernel.models.department import Department, Unit
from concord.kernel.models.letter import Letter, ReadMail
from concord.kernel.models.notification import Notification
from concord.kernel.models.remembered import Remembered
from concord.kernel.models.seal import Seal
from concord.kernel.models.source import Source
from concord.kernel.models.user import Role, User

__all__ = [
    "ApiKey",
    "AuditEntry",
    "Company",
    "Department",
    "ExchangeRate",
    "Letter",
    "Notification",
    "ReadMail",
    "Remembered",
    "Role",
    "Seal",
    "Source",
    "Unit",
    "User",
]
