from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "concord.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from concord.customers import stakes
        from concord.customers.hanging import register as count_with
        from concord.kernel import notify
        from concord.records import access, notices, rights
        from concord.records.queries.hanging import hanging, open_at_stake
        from concord.records.queries.sources import rows_to_fix
        from concord.ui import rooms
        from concord.ui.rooms import Room, Section

        notify.register(notices.ASSIGNED, notices.assigned)
        notify.register(notices.SILENCE, notices.silence)
        notify.register(notices.WARNING, notices.warning)
        notify.register(notices.WRONG_EXPORT, notices.wrong_export)
        rights.register()
        count_with(hanging)
        stakes.register(open_at_stake)
        rooms.register(
            Room(
                "sources",
                _("Sources"),
                "records:sources",
                Section.RUN,
                order=20,
                prefixes=("/sources/",),
                open_to=access.may_see_sources,
                count=rows_to_fix,
            )
        )
