"""A million rows through the import page, beside a raw COPY: `script/bench import_page [ROWS]`.

The page's whole path: a browser's upload to a running server, the mapping that was guessed, what
would happen (tried by the worker), the import (run by the worker), its report. Every row has an
invoice; a fifth of them bring a customer who is new.
"""

from __future__ import annotations

import csv
import http.client
import re
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from wsgiref.simple_server import WSGIRequestHandler, make_server

from bench.database import scratch_database
from bench.harness import Say, timed

ROWS = 1_000_000
CUSTOMERS = 5  # rows of each
COLUMNS = (
    "Rechnungsnummer",
    "Kundennummer",
    "Firma",
    "Ort",
    "Datum",
    "Fällig",
    "Bezahlt am",
    "Betrag",
)
SYLLABLES = (
    *(
        "al",
        "bir",
        "cor",
        "dor",
        "ei",
        "fal",
        "ger",
        "han",
        "im",
        "jun",
        "kal",
        "lin",
        "mar",
        "nor",
    ),
    *("ost", "pel", "quan", "ros", "sil", "tan", "ul", "ver", "wil", "xan", "yor", "zim", "bru"),
    *("hol", "kro", "stei"),
)
TRADES = ("Präzision", "Werkzeug", "Optik", "Guss", "Messtechnik", "Antriebe", "Kabel", "Ventile")


def measure(say: Say, rows: int = ROWS) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder, scratch_database("concord_bench_page"):
        return _measure(say, rows, Path(folder))


def _measure(say: Say, rows: int, folder: Path) -> dict[str, Any]:
    from django.conf import settings

    from concord.records.models import Draft, Import, Record

    settings.MEDIA_ROOT = folder / "files"
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    path = folder / "invoices.csv"
    write(path, rows)
    megabytes = path.stat().st_size / 1e6
    figures: dict[str, Any] = {"rows": rows, "megabytes": round(megabytes, 1)}
    raw = timed(lambda: copy_raw(path))
    figures["raw_copy_rows_a_second"] = round(rows / raw)
    say(f"raw COPY of the file into a bare table: {rows / raw:,.0f} rows a second")
    before = memory()
    with a_browser() as browser:
        begin = time.perf_counter()
        address = browser.upload("/sources/bring/", path)
        figures["upload_seconds"] = round(time.perf_counter() - begin, 2)
        figures["page_seconds"] = round(timed(lambda: browser.get(address)), 2)
        say(
            f"uploaded {megabytes:,.0f} MB and understood in {figures['upload_seconds']} s;"
            f" its page in {figures['page_seconds']} s; memory +{memory() - before} MB"
        )
        begin, ours = time.perf_counter(), time.process_time()
        browser.post(f"{address}trial/")
        work()
        tried = time.perf_counter() - begin
        figures["trial_our_microseconds_a_row"] = round((time.process_time() - ours) / rows * 1e6)
        trial = Draft.objects.get().trials.get()
        figures["trial_rows_a_second"] = round(rows / tried)
        say(f"tried: {rows / tried:,.0f} rows a second, {tried / raw:.1f} times the raw COPY")
        begin, ours = time.perf_counter(), time.process_time()
        to = browser.post(f"{address}import/")
        work()
        took = time.perf_counter() - begin
        figures["import_our_microseconds_a_row"] = round((time.process_time() - ours) / rows * 1e6)
        figures["report_seconds"] = round(timed(lambda: browser.get(to)), 2)
    imported = Import.objects.get()
    if imported.counts["rows"] != trial.report["counts"]["rows"]:
        raise AssertionError(f"tried {trial.report['counts']}, done {imported.counts}")
    if Record.objects.count() != rows or imported.counts["rows"]["created"] != rows:
        raise AssertionError(f"not every row became a record: {imported.counts}")
    figures["import_rows_a_second"] = round(rows / took)
    figures["import_times_the_raw_copy"] = round(took / raw, 1)
    figures["customers"] = rows // CUSTOMERS
    figures["peak_memory_mb"] = memory()
    say(
        f"imported and matched: {rows / took:,.0f} rows a second, {took / raw:.1f} times the raw"
        f" COPY (processor: {figures['import_our_microseconds_a_row']} µs a row ours, tried"
        f" {figures['trial_our_microseconds_a_row']} µs);"
        f" its report in {figures['report_seconds']} s; peak memory {memory()} MB"
    )
    return figures


def memory() -> int:
    """The most that this process has had so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def work() -> None:
    from tests.journeys.worker import run_pending

    run_pending()


class Browser:
    """Somebody who is signed in; sends a file as browsers do, a piece at a time."""

    def __init__(self, port: int, cookies: dict[str, str]) -> None:
        self.port = port
        self.cookies = cookies

    def get(self, address: str) -> str:
        return self._send("GET", address, {})[1]

    def post(self, address: str) -> str:
        """Where it leads to."""
        return self._send("POST", address, {"Content-Length": "0"})[0]

    def upload(self, address: str, path: Path) -> str:
        mark = uuid4().hex
        head = (
            f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{path.name}"'
            "\r\nContent-Type: text/csv\r\n\r\n"
        ).encode()
        tail = f"\r\n--{mark}--\r\n".encode()

        def body() -> Iterator[bytes]:
            yield head
            with path.open("rb") as file:
                while piece := file.read(1 << 16):
                    yield piece
            yield tail

        length = len(head) + path.stat().st_size + len(tail)
        kind = f"multipart/form-data; boundary={mark}"
        return self._send(
            "POST", address, {"Content-Type": kind, "Content-Length": str(length)}, body()
        )[0]

    def _send(self, method: str, address: str, headers: dict[str, str], body: Any = None) -> Any:
        said = headers | {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "X-CSRFToken": self.cookies["csrftoken"],
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        connection.request(method, address, body=body, headers=said)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        if answer.status not in {200, 302}:
            message = re.sub(r"<[^>]+>|\s+", " ", text)[:500]
            raise AssertionError(f"{method} {address}: {answer.status} {message}")
        return answer.headers.get("Location", ""), text


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_said: object) -> None:
        pass


@contextmanager
def a_browser() -> Iterator[Browser]:
    """A server of our own, and an administrator at a browser."""
    from django.core.wsgi import get_wsgi_application
    from django.db import connections
    from django.test import Client

    from concord.kernel.models import Role, User

    admin = User.objects.create_user("admin@example.com", name="Admin", role=Role.ADMINISTRATOR)
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(admin, "django.contrib.auth.backends.ModelBackend")
    client.get("/sources/bring/")
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Browser(server.server_port, cookies)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        connections.close_all()


def write(path: Path, rows: int) -> None:
    """An accounting export as a German system writes it; every row different."""
    start = date(2024, 1, 1)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter=";")
        out.writerow(COLUMNS)
        for n in range(rows):
            day, who = start + timedelta(days=n % 700), n // CUSTOMERS
            paid = f"{day + timedelta(days=20 + n % 30):%d.%m.%Y}" if n % 5 else ""
            out.writerow(
                [
                    f"R{n:08d}",
                    f"K{who:07d}",
                    name_of(who),
                    f"Ort {who % 900}",
                    f"{day:%d.%m.%Y}",
                    f"{day + timedelta(days=30):%d.%m.%Y}",
                    paid,
                    f"{n % 9}.{n % 1000:03d},{n % 100:02d}",
                ]
            )


def name_of(who: int) -> str:
    """Another name for each, up to 216,000: alike as companies' names are, no two the same."""
    one, two, three = who % 30, who // 30 % 30, who // 900 % 30
    word = SYLLABLES[(one * 7 + two) % 30] + SYLLABLES[(two * 11 + three) % 30] + SYLLABLES[one]
    return f"{word.capitalize()} {TRADES[who // 27_000 % 8]} GmbH"


def copy_raw(path: Path) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_raw ({', '.join(f'c{n} text' for n in range(8))})")
        with (
            path.open("rb") as file,
            cursor.copy("COPY bench_raw FROM STDIN (FORMAT csv, HEADER, DELIMITER ';')") as copy,
        ):
            while chunk := file.read(1 << 16):
                copy.write(chunk)
        cursor.execute("DROP TABLE bench_raw")


def main(arguments: list[str]) -> None:
    measure(print, int(arguments[0]) if arguments else ROWS)


if __name__ == "__main__":
    main(sys.argv[1:])
