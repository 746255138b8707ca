"""What the worker does for the treatments: who waits is told, also of what only time brings."""

from uuid import UUID

from procrastinate.contrib.django import app

from concord.treatment.actions import previews, watches

SOON = "looks"  # somebody waits for it: not behind an import


@app.periodic(cron="*/15 * * * *")
@app.task(name="treatment.clear_watches", queueing_lock="treatment.clear_watches")
def clear_watches(timestamp: int) -> None:
    """Decide again what people wait for: an exception began, a date passed, an event was missed."""
    watches.clear()


@app.task(name="treatment.look_again", queue=SOON)
def look_again(watch_ids: list[int]) -> None:
    """Decide again what these people wait for: something changed that it may rest on."""
    watches.clear(watch_ids)


@app.task(name="treatment.preview_policy", queue=SOON)
def preview_policy(preview_id: str) -> None:
    """Who would be treated differently: what the sponsor waits for on a page."""
    previews.work_out(UUID(preview_id))
