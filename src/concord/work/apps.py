from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkConfig(AppConfig):
    name = "concord.work"
    label = "work"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from concord.ui.rooms import Room, register

        register(Room("work", _("Work"), "work:list", order=30, prefixes=("/work/", "/records/")))
