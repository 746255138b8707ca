from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _

from concord.kernel.models.department import Department, Unit
from concord.kernel.words import LANGUAGES


class Role(models.TextChoices):
    """What a person may do here; declared once, read by every `access.py`."""

    SPONSOR = "sponsor", _("Sponsor")
    OFFICER = "officer", _("Customer officer")
    MANAGER = "manager", _("Manager")
    MEMBER = "member", _("Member of staff")
    ADMINISTRATOR = "administrator", _("Administrator")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """A person who may sign in; without a password only by other means of sign-in."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None, **fields: object) -> "User":
        fields = {"role": Role.ADMINISTRATOR, "is_staff": True, "is_superuser": True} | fields
        return self.create_user(email, password, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A principal: a person of the company, or a system that asks in its own name."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=16, choices=Role, default=Role.MEMBER)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True)
    units = models.ManyToManyField(Unit, blank=True, help_text="None means every unit.")
    language = models.CharField(max_length=10, choices=LANGUAGES, default="en")
    is_system = models.BooleanField(default=False)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name or self.email
