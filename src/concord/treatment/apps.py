from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TreatmentConfig(AppConfig):
    name = "concord.treatment"
    label = "treatment"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        _tell()
        _hang_on()
        _open_rooms()


def _tell() -> None:
    """What people are told, on the page and by mail."""
    from concord.kernel import mail, mailbox, notify
    from concord.treatment import (
        asking_letters,
        asking_replies,
        notices,
        notices_asked,
        notices_of_log,
    )

    notify.register(notices.CLEARED, notices.cleared)
    notify.register(notices.CONCERN, notices.concern)
    notify.register(notices.REPLY, notices.reply)
    notify.register(notices.EXCEPTION, notices.exception)
    notify.register(notices.EXCEPTION_ENDED, notices.exception_ended)
    notify.register(notices.OBJECTION, notices.objection)
    notify.register(notices.OBJECTION_ENDED, notices.objection_ended)
    notify.register(notices.PROPOSED, notices.proposed)
    notify.register(notices.PROPOSAL_ENDED, notices.proposal_ended)
    notify.register(notices.BRIEFING, notices.briefing)
    notify.register(notices_asked.ASKED, notices_asked.asked)
    notify.register(notices_asked.ASKING_ENDED, notices_asked.asking_ended)
    notify.register(notices_of_log.REPLAY, notices_of_log.replayed)
    mail.register(notices_asked.ASKED, asking_letters.asked)
    mail.register(notices_asked.ASKING_ENDED, asking_letters.ended)
    mail.register(asking_replies.UNCLEAR, asking_letters.unclear)
    mailbox.register(asking_replies.take)


def _hang_on() -> None:
    """What lower apps ask of the treatments without knowing them."""
    from concord.customers import consequences, stakes
    from concord.kernel import chain, events
    from concord.records import panels
    from concord.treatment import handed, rights, sealed, together
    from concord.treatment.actions import watches
    from concord.treatment.keeping import due, task

    for each in sealed.LOGS:
        chain.register(each)
    rights.register()
    panels.register("task", handed.panel)
    panels.register("task", task.panel)
    stakes.register(together.at_stake)
    consequences.register(together.consequences)
    events.on_records_changed(watches.anybody_waiting, watches.records_changed)
    events.on_records_changed(due.marking)


def _open_rooms() -> None:
    from concord.ui import rooms
    from concord.ui.rooms import Room, Section

    rooms.register(
        Room(
            "promise",
            _("Our promise"),
            "treatment:promise",
            Section.RUN,
            order=10,
            prefixes=("/promise/",),
            open_to=rooms.runs_the_company,
        )
    )
    rooms.register(  # everybody reads it; who does not run the company finds it by its name
        Room(
            "promise-to-read",
            _("Our promise"),
            "treatment:promise",
            Section.KEY,
            open_to=lambda viewer: not viewer.runs_the_company,
        )
    )
    rooms.register(Room("proposals", _("Proposals"), "treatment:proposals", Section.KEY))
    rooms.register(
        Room(
            "kept",
            _("Did we keep our word"),
            "treatment:kept",
            Section.RUN,
            order=15,
            prefixes=("/kept/",),
            open_to=rooms.runs_the_company,
        )
    )
    rooms.register(
        Room(
            "answers",
            _("Answers"),
            "treatment:answers",
            Section.RUN,
            order=40,
            prefixes=("/answers/",),
            open_to=rooms.runs_the_company,
        )
    )
