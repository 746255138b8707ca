"""What scheduling knows: who meets the customer when."""

from typing import Final

from concord.records.types.declaration import Field, RecordType, Rule, Status, words
from concord.records.types.shared import CANCELLED, DONE, MOMENT, NOTES

DEPARTMENT: Final = "scheduling"

APPOINTMENT = RecordType(
    key="appointment",
    words=words("Appointment", "예약", "預約"),
    plural=words("Appointments", "예약", "預約"),
    icon="calendar",
    department=DEPARTMENT,
    statuses=(
        Status("planned", words("Planned", "예정", "已安排")),
        DONE,
        Status("missed", words("Missed", "불참", "未到"), closes=True),
        CANCELLED,
    ),
    fields=(
        MOMENT,
        Field("place", words("Place", "장소", "地點"), rule=Rule.CURRENT),
        NOTES,
    ),
    shows=("opened", "due", "place", "owner", "status"),
    columns={
        "opened": words("Agreed", "예약일", "約定日"),
        "due": words("Takes place", "예정일", "舉行日"),
    },
    rules={"due": Rule.CURRENT},
    uses=("due", "owner"),
    by_hand=True,
)

VISIT = RecordType(
    key="visit",
    words=words("Visit", "방문", "拜訪"),
    plural=words("Visits", "방문", "拜訪"),
    icon="visit",
    department=DEPARTMENT,
    statuses=(Status("planned", words("Planned", "예정", "已安排")), DONE, CANCELLED),
    fields=(
        MOMENT,
        Field("purpose", words("Purpose", "목적", "目的")),
        NOTES,
    ),
    shows=("opened", "due", "purpose", "owner", "status"),
    columns={"due": words("Planned for", "예정일", "預定日")},
    rules={"due": Rule.CURRENT},
    uses=("due", "owner"),
    by_hand=True,
)

TYPES: Final = (APPOINTMENT, VISIT)
