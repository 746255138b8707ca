from concord.customers.models.block_key import BlockKey
from concord.customers.models.claim import Claim
from concord.customers.models.customer import Customer
from concord.customers.models.erasure import (
    ErasedKey,
    Erasure,
    ErasurePlan,
    ErasureRun,
    RightsSettings,
)
from concord.customers.models.golden_rules import GoldenRules
from concord.customers.models.identity_model import IdentityModel, ModelInForce, Origin
from concord.customers.models.identity_run import IdentityRun, Task
from concord.customers.models.judgement import Judgement, Verdict
from concord.customers.models.membership import Membership
from concord.customers.models.normal_form import NormalForm
from concord.customers.models.not_belonging import NotBelonging
from concord.customers.models.pair import Pair
from concord.customers.models.person_file import PersonFile
from concord.customers.models.profile import Kind, Profile, ProfileVersion
from concord.customers.models.relationship import Relationship, RelationshipKind
from concord.customers.models.restriction import Restriction
from concord.customers.models.rights_request import Right, RightsEvent, RightsRequest
from concord.customers.models.score_sample import ScoreSample
from concord.customers.models.second_opinion import SecondOpinion
from concord.customers.models.set_aside import SetAside

__all__ = [
    "BlockKey",
    "Claim",
    "Customer",
    "ErasedKey",
    "Erasure",
    "ErasurePlan",
    "ErasureRun",
    "GoldenRules",
    "IdentityModel",
    "IdentityRun",
    "Judgement",
    "Kind",
    "Membership",
    "ModelInForce",
    "NormalForm",
    "NotBelonging",
    "Origin",
    "Pair",
    "PersonFile",
    "Profile",
    "ProfileVersion",
    "Relationship",
    "RelationshipKind",
    "Restriction",
    "Right",
    "RightsEvent",
    "RightsRequest",
    "RightsSettings",
    "ScoreSample",
    "SecondOpinion",
    "SetAside",
    "Task",
    "Verdict",
]
