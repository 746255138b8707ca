from concord.customers.models.block_key import BlockKey
from concord.customers.models.customer import Customer
from concord.customers.models.judgement import Judgement, Verdict
from concord.customers.models.membership import Membership
from concord.customers.models.pair import Pair
from concord.customers.models.profile import Kind, Profile, ProfileVersion
from concord.customers.models.relationship import Relationship, RelationshipKind

__all__ = [
    "BlockKey",
    "Customer",
    "Judgement",
    "Kind",
    "Membership",
    "Pair",
    "Profile",
    "ProfileVersion",
    "Relationship",
    "RelationshipKind",
    "Verdict",
]
