"""What the worker does for the records: imports that were begun on a page."""

from pathlib import Path

from procrastinate.contrib.django import app

from concord.kernel.errors import Problem
from concord.records.importing.run import run_import
from concord.records.models import Import


@app.task(name="records.import_file", queue="imports")
def import_file(import_id: int, path: str) -> None:
    """Run (or, after a kill, resume) an import that `importing.background.start_import` began.

    What is wrong with the file stands in the Import, where its page shows it.
    """
    imported = Import.objects.select_related("source", "by").get(pk=import_id)
    try:
        run_import(Path(path), imported.source, imported.mapping, by=imported.by)
    except Problem as problem:
        if problem.code == "running":
            raise  # another worker has it: this one tries again later
