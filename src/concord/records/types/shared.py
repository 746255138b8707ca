"""Statuses and columns that several types have in common."""

from typing import Final

from concord.records.types.declaration import Field, FieldType, Rule, Status, words

OPEN: Final = Status("open", words("Open", "진행 중", "進行中"))
DONE: Final = Status("done", words("Done", "완료", "已完成"), closes=True)
CLOSED: Final = Status("closed", words("Closed", "종료", "已結案"), closes=True)
CANCELLED: Final = Status("cancelled", words("Cancelled", "취소", "已取消"), closes=True)

NOTES: Final = Field(
    "notes", words("Notes", "메모", "備註"), FieldType.TEXT, Rule.CURRENT, long=True
)
MOMENT: Final = Field("moment", words("Exact time", "정확한 시각", "確切時間"), FieldType.MOMENT)
