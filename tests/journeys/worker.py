"""Concord's worker, run for real until nothing waits."""

import asyncio
from threading import Thread

from asgiref.sync import sync_to_async
from django.db import connections
from procrastinate.contrib.django import app


class Worker(Thread):
    """Does the jobs that wait, in a thread, while the page is looked at; raises what it met."""

    def __init__(self) -> None:
        super().__init__(name="worker")
        self.met: BaseException | None = None

    def run(self) -> None:
        try:
            asyncio.run(_work())
        except BaseException as met:  # noqa: BLE001 (told in `finish`)
            self.met = met
        finally:
            connections.close_all()

    def finish(self) -> None:
        self.join()
        if self.met:
            raise self.met


async def _work() -> None:
    worker = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    try:
        async with worker.open_async():
            await worker.run_worker_async(
                wait=False, install_signal_handlers=False, listen_notify=False, concurrency=1
            )
    finally:
        # What is repeated is asked for in a thread that outlives this, and with it its connection
        # to a database that the next test has anew.
        await sync_to_async(connections.close_all)()


def run_pending() -> None:
    """Every job that waits, now."""
    worker = Worker()
    worker.start()
    worker.finish()
