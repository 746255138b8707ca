"""How large an uploaded file may be: a larger one is refused before it is read, or while.

`settings.UPLOAD_MEGABYTES` is the one place that says it.
"""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest
from django.utils.translation import gettext as _

from concord.kernel.errors import Problem

BESIDE: Final = 1 << 20  # what a form may say beside its file


def most_megabytes() -> int:
    megabytes: int = settings.UPLOAD_MEGABYTES
    return megabytes


def is_too_large(request: HttpRequest) -> bool:
    """By the length that the request says of itself, before anything is read."""
    return size_of(request) > _most_bytes() + BESIDE


def was_stopped(request: HttpRequest) -> bool:
    """Whether a file went beyond the limit while it was read."""
    return getattr(request, "stopped_upload", False)


def size_of(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() else 0


def too_large() -> Problem:
    return Problem(
        _("The file is larger than %(megabytes)s MB.") % {"megabytes": most_megabytes()},
        mend=_(
            "Export a shorter time or fewer columns, or split it. An administrator can raise the "
            "limit (CONCORD_UPLOAD_MB) or import larger files with the command line."
        ),
    )


def _most_bytes() -> int:
    return most_megabytes() << 20


class BoundedUploadHandler(FileUploadHandler):
    """Stops reading at the limit, whatever length the request says it has."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.read = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.read += len(raw_data)
        if self.read > _most_bytes():
            if self.request is not None:
                self.request.stopped_upload = True  # type: ignore[attr-defined]
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> Any:
        return None  # the handlers after this one keep it
