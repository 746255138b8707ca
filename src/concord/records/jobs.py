"""What the worker does for the records: imports that were begun on a page."""

import shutil
from pathlib import Path

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from concord.kernel.errors import Problem
from concord.records.importing.run import run_import
from concord.records.models import Import


@app.task(
    name="records.import_file",
    queue="imports",
    retry=RetryStrategy(max_attempts=20, wait=15, retry_exceptions=[Problem]),
)
def import_file(import_id: int, path: str) -> None:
    """Run (or, after a kill, resume) an import that `importing.background.start_import` began.

    What is wrong with the file stands in the Import, where its page shows it. The copy of the
    file goes: whoever mends it brings it again, and nothing is kept that erasure would miss.
    """
    imported = Import.objects.select_related("source", "by").get(pk=import_id)
    try:
        run_import(Path(path), imported.source, imported.mapping, by=imported.by)
    except Problem as problem:
        if problem.code == "running":
            raise  # another worker has it, or had it and is not yet missed: later again
    shutil.rmtree(Path(path).parent, ignore_errors=True)
