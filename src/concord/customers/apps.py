from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    name = "concord.customers"
    label = "customers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from concord.customers import access, notices
        from concord.customers.actions import opinions, weighing
        from concord.customers.rights import holdings, lists
        from concord.customers.rights import notices as rights_notices
        from concord.kernel import events, notify
        from concord.ui import rooms
        from concord.ui.rooms import Room, Section

        notify.register(opinions.WANTED, notices.opinion_wanted)
        notify.register(opinions.GIVEN, notices.opinion_given)
        events.on_records_changed(weighing.weighing_again)
        holdings.register()
        rights_notices.register()
        rooms.register(
            Room("customers", _("Customers"), "customers:list", order=20, prefixes=("/customers/",))
        )
        rooms.register(
            Room(
                "review",
                _("Review"),
                "customers:review",
                Section.RUN,
                order=30,
                prefixes=("/review/", "/recognition/"),
                open_to=access.may_judge,
                count=access.waiting,
            )
        )
        rooms.register(
            Room(
                "rights",
                _("Rights of persons"),
                "customers:rights_list",
                Section.RUN,
                order=35,
                prefixes=("/rights/",),
                open_to=access.may_handle_rights,
                count=lists.waiting,
            )
        )
