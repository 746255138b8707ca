from django.apps import AppConfig


class UIConfig(AppConfig):
    name = "concord.ui"
    label = "ui"
    default_auto_field = "django.db.models.BigAutoField"
