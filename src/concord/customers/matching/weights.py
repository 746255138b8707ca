"""What agreement and contradiction weigh, in bits (log2 of how much likelier among true pairs).

The weights that we ship, by which is matched until a company's own are trained (see `model`). Set
by hand from the classes of the field's studies, checked on the truth sets; what training never
sees keeps them.
"""

from __future__ import annotations

from typing import Final

MODEL: Final = "concord-2026-11-3"

AUTOMATIC: Final = 10.0  # from here on the same, without a person
REVIEW: Final = 4.5  # from here on a person looks
ODDS: Final = -4.0  # log2 of how many candidates are one for each that is not
SHARED_BY: Final = 3  # a phone or e-mail of more different names than this is nobody's own
BLOCK_CAP: Final = 60  # a blocking key of more profiles than this says nothing
CLUSTER_CAP: Final = 40  # profiles in one customer that matching may bring together

PERSON: Final[dict[str, dict[str, float]]] = {
    "name": {
        "same": 7.0,
        "swapped": 6.5,  # given and family name exchanged
        "misspelt": 6.5,  # Salenger for Salinger, Rosemay for Rosemary
        "variant": 5.7,  # Bob for Robert
        "alike": 4.5,  # a letter apart: a slip, or a brother
        "partial": 3.5,  # one says a part of the other
        "initial": 3.0,
        "other script": 2.1,  # one that we do not read: what else fits is worth a question
        "family changed": -0.5,  # the given name is the same
        "given differs": -6.0,
        "different": -8.0,
    },
    "birth_date": {"same": 7.0, "near": 3.0, "differs": -7.0},
    "email": {"same": 6.0, "shared": 0.5, "differs": -0.3},
    "phone": {"same": 5.0, "near": 2.5, "shared": 0.5, "differs": -0.3},
    "address": {
        "same": 3.5,
        "partly": 3.5,
        "near": 2.4,  # house and street are both numbers
        "street": 0.2,
        "alike": 0.0,
        "number": 0.0,
        "differs": -0.1,
    },
    "place": {  # the same house in another place is a question
        "same": 0.5,
        "postcode": 0.5,
        "city": 0.2,
        "near": -0.55,
        "district": -0.58,
        "differs": -0.6,
    },
    "id": {"same": 14.0, "near": 4.0, "differs": -9.0},
    "tax_id": {"same": 13.0, "near": 4.0, "differs": -9.0},
    "registration_id": {"same": 13.0, "near": 4.0, "differs": -9.0},
    "kind": {"differs": -1.0},  # one system does not know the difference
}

ORGANISATION: Final[dict[str, dict[str, float]]] = {
    "name": {
        "same": 8.0,
        "native": 8.0,  # the same letters of its own script
        "meaning": 6.5,  # 한빛정밀 and Hanbit Precision
        "near": 6.5,  # abbreviated or mistyped
        "sound": 3.0,  # 한빛정밀 and Hanbit Gauge: the first word sounds the same
        "acronym": 3.0,  # HBP, TAPRM
        "extended": 2.5,  # one has a word more
        "overlap": 0.0,
        "other script": -6.0,  # and it neither means nor sounds the same
        "different": -8.0,
    },
    "email": {"same": 5.0, "shared": 1.5, "differs": -0.3},
    "domain": {"same": 4.0, "shared": 1.0, "differs": -1.5},
    "phone": {"same": 5.0, "near": 2.5, "shared": 0.5, "differs": -0.8},
    "address": {
        "same": 3.0,
        "partly": 3.0,
        "near": 2.4,
        "street": 0.0,
        "alike": -0.5,
        "number": -0.8,
        "differs": -1.0,
    },
    "place": {
        "same": 1.6,
        "postcode": 1.6,
        "near": 0.8,
        "city": 1.0,
        "district": 0.0,
        "differs": -2.0,
    },
    "country": {"differs": -5.0},
    "id": {"same": 12.0, "near": 3.0, "differs": -9.0},
    "tax_id": {"same": 12.0, "near": 3.0, "differs": -9.0},
    "registration_id": {"same": 12.0, "near": 3.0, "differs": -9.0},
    "birth_date": {"same": 4.0, "near": 1.0, "differs": -4.0},
    "kind": {"differs": -3.0},
}
