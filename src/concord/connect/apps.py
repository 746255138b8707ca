from django.apps import AppConfig


class ConnectConfig(AppConfig):
    name = "concord.connect"
    label = "connect"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from concord.connect import rights

        rights.register()
