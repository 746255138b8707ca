from concord.records.models.allocation import Allocation
from concord.records.models.imports import Import, ImportState, Rejection
from concord.records.models.record import Record, RecordLine, RecordLink, RecordVersion
from concord.records.models.record_type import CustomRecordType
from concord.records.models.waiting import Part, WaitingPart

__all__ = [
    "Allocation",
    "CustomRecordType",
    "Import",
    "ImportState",
    "Part",
    "Record",
    "RecordLine",
    "RecordLink",
    "RecordVersion",
    "Rejection",
    "WaitingPart",
]
