"""Statements sent one behind the other, without waiting for the answers of those before them.

libpq's pipeline mode, by psycopg's wrapper of libpq itself: around a short statement, the
bookkeeping of psycopg's own pipeline takes as long as the server for the statement.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Sequence
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
        self._begins = False
        # What is still to be answered, our own BEGIN, too: a statement, or an end of what is sent.
        self._due: deque[bool] = deque()
        self._is_whole = False  # whether an end is the last that was sent
        self._error: Error | None = None

    def __enter__(self) -> Self:
        self._begins = (
            self._server.transaction_status == TransactionStatus.IDLE and not self._raw.autocommit
        )
        self._server.enter_pipeline_mode()
        if self._begins:
            self._server.send_query_params(b"BEGIN", None)
            self._due.append(True)
        return self

    def send(self, statements: Sequence[Statement], *, are_last: bool) -> None:
        """Answered as soon as all of them are done. Behind the last ones more may be sent all the
        same: without an end behind those that were sent last, to finish takes a round trip."""
        for text, values, is_name in statements:
            if is_name:
                self._server.send_query_prepared(text, values)
            else:
                self._server.send_query_params(text, values)
        self._due.extend(True for _ in statements)
        self._is_whole = False
        if are_last:
            self._end()
        else:
            self._server.send_flush_request()
            self._server.flush()

    @property
    def left(self) -> int:
        """How many statements were sent whose rows were not read."""
        return sum(self._due) - self._begins

    def read(self, number: int) -> list[Rows]:
        """The rows of the next so many statements; none where a statement gives none."""
        begun, self._begins = int(self._begins), False
        wanted = self._until(begun + number)
        results = zip(self._results(len(wanted)), wanted, strict=True)
        found = [self._rows_of(result) for result, is_statement in results if is_statement]
        if self._error is not None:
            raise self._error
        return found[begun:]

    def _until(self, statements: int) -> list[bool]:
        """What is due until so many statements are answered, and the end behind the last."""
        wanted: list[bool] = []
        for is_statement in self._due:
            if is_statement and not statements:
                break
            wanted.append(is_statement)
            statements -= is_statement
        return wanted

    def finish(self) -> None:
        """Read whatever was not read, so that something else may be asked of the connection."""
        if not self._is_whole:
            self._end()
        for result in self._results(len(self._due)):
            if result.status in _NOT_DONE:
                self._rows_of(result)
        self._server.exit_pipeline_mode()
        if self._error is not None:
            raise self._error

    def _end(self) -> None:
        self._server.pipeline_sync()
        self._due.append(False)
        self._is_whole = True

    def _rows_of(self, result: PGresult) -> Rows:
        if result.status == ExecStatus.TUPLES_OK:
            self._rows.set_pgresult(result)
            return self._rows.load_rows(0, result.ntuples, tuple)
        if result.status in _NOT_DONE and self._error is None:
            self._error = error_from_result(result, encoding=self._raw.info.encoding)
        return []

    def _results(self, number: int) -> list[PGresult]:
        if not number:
            return []
        with self._raw.lock:
            return self._raw.wait(self._answers(number))

    def _answers(self, number: int) -> Generator[Wait, Ready | int, list[PGresult]]:
        found: list[PGresult] = []
        while len(found) < number:
            is_sent = not self._server.flush()
            if is_sent and not self._server.is_busy():
                if (result := self._server.get_result()) is not None:
                    found.append(result)
                    self._due.popleft()  # at once: whoever waits may be interrupted
                continue
            ready = yield Wait.R if is_sent else Wait.RW
            if ready and ready & Ready.R:
                self._server.consume_input()
        return found

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if self._server.pipeline_status:
                self.finish()
        except Error:
            if error is None:
                raise  # beside another one it says less: that the connection is lost, not why
        finally:
            if self._server.status == ConnStatus.OK and self._server.pipeline_status:
                self._raw.close()
