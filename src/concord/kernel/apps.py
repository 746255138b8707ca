from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "concord.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from concord.kernel import chain

        # An erasure puts these blocks in the place of words in the data of a line.
        chain.register(chain.Log("kernel_auditentry", erased="data::text ~ '▒▒▒'"))
