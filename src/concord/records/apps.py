from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "concord.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from concord.kernel import notify
        from concord.records import notices

        notify.register(notices.ASSIGNED, notices.assigned)
