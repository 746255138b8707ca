from django.apps import AppConfig


class FactsConfig(AppConfig):
    name = "concord.facts"
    label = "facts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from concord.customers import consequences, group_marks, stakes
        from concord.facts import members, rights, together

        stakes.register(together.at_stake)
        consequences.register(together.consequences)
        rights.register()
        group_marks.register(members.marks, members.owed)
