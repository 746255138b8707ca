"""What was said, and what is to be done: the records that people mostly type themselves."""

from typing import Final

from concord.records.types.declaration import (
    Choice,
    Field,
    FieldType,
    RecordType,
    Rule,
    Status,
    words,
)
from concord.records.types.shared import CANCELLED, DONE, MOMENT, NOTES, OPEN

DIRECTION: Final = Field(
    "direction",
    words("Direction", "방향", "方向"),
    FieldType.CHOICE,
    choices=(
        Choice("in", words("From the customer", "고객이 먼저", "客戶來訊")),
        Choice("out", words("To the customer", "우리가 먼저", "我方去訊")),
    ),
)
TEXT: Final = Field("text", words("Text", "내용", "內容"), rule=Rule.CURRENT, long=True)
WITH: Final = Field("participants", words("With", "참석자", "參與者"), rule=Rule.CURRENT)
HELD: Final = Status("held", words("Held", "완료", "已進行"), closes=True)

MESSAGE = RecordType(
    key="message",
    words=words("Message", "메시지", "訊息"),
    plural=words("Messages", "메시지", "訊息"),
    icon="message",
    department="",
    statuses=(Status("sent", words("Sent", "발송", "已傳送"), closes=True),),
    fields=(
        DIRECTION,
        Field("channel", words("Channel", "채널", "管道")),
        MOMENT,
        TEXT,
    ),
    shows=("opened", "channel", "direction"),
    uses=(),
    by_hand=True,
)

CALL = RecordType(
    key="call",
    words=words("Call", "통화", "通話"),
    plural=words("Calls", "통화", "通話"),
    icon="call",
    department="",
    statuses=(
        HELD,
        Status("planned", words("Planned", "예정", "已安排")),
        Status("missed", words("Nobody answered", "부재중", "無人接聽"), closes=True),
    ),
    fields=(
        DIRECTION,
        MOMENT,
        Field("minutes", words("Minutes", "통화 시간(분)", "分鐘"), FieldType.NUMBER),
        NOTES,
    ),
    shows=("opened", "direction", "minutes", "status"),
    uses=("due", "owner"),
    by_hand=True,
)

MEETING = RecordType(
    key="meeting",
    words=words("Meeting", "회의", "會議"),
    plural=words("Meetings", "회의", "會議"),
    icon="meeting",
    department="",
    statuses=(HELD, Status("planned", words("Planned", "예정", "已安排")), CANCELLED),
    fields=(
        MOMENT,
        WITH,
        Field("place", words("Place", "장소", "地點"), rule=Rule.CURRENT),
        NOTES,
    ),
    shows=("opened", "participants", "owner", "status"),
    uses=("due", "owner"),
    by_hand=True,
)

NOTE = RecordType(
    key="note",
    words=words("Note", "메모", "筆記"),
    plural=words("Notes", "메모", "筆記"),
    icon="note",
    department="",
    # A note waits for nobody.
    statuses=(Status("kept", words("Kept", "보관", "已保存"), closes=True),),
    fields=(TEXT,),
    shows=("opened", "owner"),
    uses=(),
    by_hand=True,
)

TASK = RecordType(
    key="task",
    words=words("Task", "할 일", "待辦事項"),
    plural=words("Tasks", "할 일", "待辦事項"),
    icon="task",
    department="",
    statuses=(OPEN, DONE, CANCELLED),
    fields=(
        Field(
            "priority",
            words("Priority", "우선순위", "優先順序"),
            FieldType.CHOICE,
            Rule.CURRENT,
            choices=(
                Choice("urgent", words("Urgent", "긴급", "緊急")),
                Choice("normal", words("Normal", "보통", "一般")),
                Choice("low", words("Low", "낮음", "低")),
            ),
        ),
        NOTES,
    ),
    shows=("due", "owner", "priority", "status"),
    columns={"closed": words("Done", "완료일", "完成日")},
    rules={"due": Rule.CURRENT, "subject": Rule.CURRENT},
    uses=("due", "owner"),
    by_hand=True,
)

TYPES: Final = (MESSAGE, CALL, MEETING, NOTE, TASK)
