from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PagesConfig(AppConfig):
    name = "concord.pages"
    label = "pages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from concord.pages import access, queries
        from concord.ui.rooms import Room, Section, register

        register(
            Room(
                "today", _("Today"), "pages:today", order=10, prefixes=("/",), count=queries.unread
            )
        )
        register(Room("find", _("Find"), "pages:find", Section.KEY, prefixes=("/find",)))
        register(Room("ask", _("Ask"), "pages:ask", Section.KEY, prefixes=("/ask/",)))
        register(
            Room(
                "settings",
                _("Settings"),
                "pages:settings",
                Section.RUN,
                order=90,
                prefixes=("/settings/",),
                open_to=access.may_read_settings,
            )
        )
