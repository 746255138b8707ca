from concord.records.models.allocation import Allocation
from concord.records.models.imports import Import, ImportState, Rejection
from concord.records.models.record import Record, RecordLine, RecordLink, RecordVersion
from concord.records.models.record_type import CustomRecordType

__all__ = [
    "Allocation",
    "CustomRecordType",
    "Import",
    "ImportState",
    "Record",
    "RecordLine",
    "RecordLink",
    "RecordVersion",
    "Rejection",
]
