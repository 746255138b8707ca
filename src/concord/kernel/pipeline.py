"""Statements sent one behind the other, without waiting for the answers of those before them.

libpq's pipeline mode, by psycopg's wrapper of libpq itself: around a short statement, the
bookkeeping of psycopg's own pipeline takes as long as the server for the statement.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

from psycopg import Connection, Error
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult
from psycopg.waiting import Ready, Wait

Rows = list[tuple[Any, ...]]
_NOT_DONE: Final = {ExecStatus.FATAL_ERROR, ExecStatus.PIPELINE_ABORTED}


class Statement(NamedTuple):
    """SQL, or the name of what was prepared; the values of its parameters as text."""

    text: bytes
    values: Sequence[bytes | None] = ()
    is_name: bool = False


_BEGIN: Final = Statement(b"BEGIN")


class Pipeline:
    """What is sent over one connection, until all of it is answered: within `with`.

    As if each statement was sent by itself: it sees what those before it wrote, and what others
    committed before it began. After the first error nothing more is done; it is raised where its
    answer is read, at the latest at the end. A connection whose answers cannot be read to their end
    is closed.
    """

    def __init__(self, raw: Connection[Any]) -> None:
        self._raw = raw
        self._server = raw.pgconn
        self._rows = Transformer(raw)
        self._left = 0  # answers that are still to be read, the one at the end among them
        self._begun = 0  # of them, those to our own BEGIN, before all others
        self._error: Error | None = None

    def __enter__(self) -> Self:
        self._server.enter_pipeline_mode()
        return self

    def send(self, first: Sequence[Statement], then: Sequence[Statement] = ()) -> None:
        """Everything at once; those of `first` are answered as soon as all of them are done."""
        is_idle = self._server.transaction_status == TransactionStatus.IDLE
        begin = [_BEGIN] if is_idle and not self._raw.autocommit else []
        self._send([*begin, *first])
        if then:
            self._server.send_flush_request()
            self._send(then)
        self._server.pipeline_sync()
        self._begun = len(begin)
        self._left = len(begin) + len(first) + len(then) + 1

    def _send(self, statements: Iterable[Statement]) -> None:
        for text, values, is_name in statements:
            if is_name:
                self._server.send_query_prepared(text, values)
            else:
                self._server.send_query_params(text, values)

    def read(self, number: int) -> list[Rows]:
        """The rows of the next so many statements; none where a statement gives none."""
        begun, self._begun = self._begun, 0
        found = [self._rows_of(result) for result in self._results(begun + number)]
        if self._error is not None:
            self._finish()
            raise self._error
        return found[begun:]

    def _rows_of(self, result: PGresult) -> Rows:
        if result.status == ExecStatus.TUPLES_OK:
            self._rows.set_pgresult(result)
            return self._rows.load_rows(0, result.ntuples, tuple)
        if result.status in _NOT_DONE and self._error is None:
            self._error = error_from_result(result, encoding=self._raw.info.encoding)
        return []

    def _results(self, number: int) -> list[PGresult]:
        with self._raw.lock:
            found = self._raw.wait(self._answers(number))
        self._left -= number
        return found

    def _answers(self, number: int) -> Generator[Wait, Ready | int, list[PGresult]]:
        found: list[PGresult] = []
        while len(found) < number:
            is_sent = not self._server.flush()
            if is_sent and not self._server.is_busy():
                if (result := self._server.get_result()) is not None:
                    found.append(result)
                continue
            ready = yield Wait.R if is_sent else Wait.RW
            if ready and ready & Ready.R:
                self._server.consume_input()
        return found

    def _finish(self) -> None:
        """Read whatever was not read, so that the connection may be used again."""
        for result in self._results(self._left):
            if result.status in _NOT_DONE:
                self._rows_of(result)
        self._server.exit_pipeline_mode()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if self._left:
                self._finish()
        finally:
            if self._server.status == ConnStatus.OK and self._server.pipeline_status:
                self._raw.close()
        if error is None and self._error is not None:
            raise self._error
