from concord.records.models.allocation import Allocation
from concord.records.models.draft import Draft, Trial, TrialState
from concord.records.models.import_shape import ImportShape
from concord.records.models.imports import Import, ImportState, Rejection
from concord.records.models.mapping import MappingVersion, WatchedName
from concord.records.models.mending import Mending, MendingKind, MendingState
from concord.records.models.record import Record, RecordLine, RecordLink, RecordVersion
from concord.records.models.record_type import CustomRecordType
from concord.records.models.retention import Disposal, DisposedKey, RetentionRule
from concord.records.models.row_group import RowGroup
from concord.records.models.silence import Absence, AbsentKind, Silence, SilenceState
from concord.records.models.source_warning import SourceWarning
from concord.records.models.waiting import Part, WaitingPart

__all__ = [
    "Absence",
    "AbsentKind",
    "Allocation",
    "CustomRecordType",
    "Disposal",
    "DisposedKey",
    "Draft",
    "Import",
    "ImportShape",
    "ImportState",
    "MappingVersion",
    "Mending",
    "MendingKind",
    "MendingState",
    "Part",
    "Record",
    "RecordLine",
    "RecordLink",
    "RecordVersion",
    "Rejection",
    "RetentionRule",
    "RowGroup",
    "Silence",
    "SilenceState",
    "SourceWarning",
    "Trial",
    "TrialState",
    "WaitingPart",
    "WatchedName",
]
