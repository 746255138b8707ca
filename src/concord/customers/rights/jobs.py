"""What the worker does for the rights of persons."""

from uuid import UUID

from procrastinate.contrib.django import app

from concord.customers.rights import erase as erasing
from concord.customers.rights import files


@app.task(name="customers.erase", queue="imports")
def erase(erasure_id: int) -> None:
    """Carry out an erasure; one that was killed goes on."""
    erasing.carry_out(erasure_id)


@app.periodic(cron="*/10 * * * *")
@app.task(name="customers.finish_erasures", queueing_lock="customers.finish_erasures")
def finish_erasures(timestamp: int) -> None:
    """What was begun is done, whatever became of its job."""
    for each in erasing.unfinished():
        erasing.carry_out(each)


@app.task(name="customers.person_file", queue="imports")
def person_file(file_id: str) -> None:
    """Write everything about one customer into files; twice writes them anew."""
    files.write(UUID(file_id))


@app.periodic(cron="23 * * * *")
@app.task(name="customers.forget_person_files", queueing_lock="customers.forget_person_files")
def forget_person_files(timestamp: int) -> None:
    """A file that was made for somebody is not kept beyond its days; nor what a killed run of
    matching left."""
    from concord.customers.actions import bulk

    files.forget_old()
    bulk.forget_killed()
