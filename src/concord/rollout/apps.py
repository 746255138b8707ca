from django.apps import AppConfig


class RolloutConfig(AppConfig):
    name = "concord.rollout"
    label = "rollout"
    default_auto_field = "django.db.models.BigAutoField"
