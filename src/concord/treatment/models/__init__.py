from concord.treatment.models.answer_log import AnswerLog
from concord.treatment.models.concern import Concern, ConcernKind
from concord.treatment.models.custom_request import CustomRequest
from concord.treatment.models.draft import DraftEdit, PolicyDraft
from concord.treatment.models.hand_over import HandOver
from concord.treatment.models.lift import Lift
from concord.treatment.models.policy import PolicyInForce, PolicyVersion
from concord.treatment.models.preview import PolicyPreview
from concord.treatment.models.watch import Watch

__all__ = [
    "AnswerLog",
    "Concern",
    "ConcernKind",
    "CustomRequest",
    "DraftEdit",
    "HandOver",
    "Lift",
    "PolicyDraft",
    "PolicyInForce",
    "PolicyPreview",
    "PolicyVersion",
    "Watch",
]
