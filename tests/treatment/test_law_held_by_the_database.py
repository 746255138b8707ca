"""The law of publishing in the database: no check, or a finding that nobody accepted, no policy."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from tests.kernel.application import as_application
from tests.treatment.cast import TODAY, Cast
from tests.treatment.proposing import GAP, LOWER, changed

from concord.kernel import proof
from concord.kernel.errors import Problem
from concord.treatment import law, policies
from concord.treatment.actions import checks, publish
from concord.treatment.models import FindingAcceptance, PolicyInForce, PolicyVersion

SECRET = "correct horse battery"
ACCEPT = "SELECT accept_finding(%s, %s, %s, 'Mine.', %s)"
PUBLISH = "SELECT publish_policy(%s, %s, %s, 'Mine.', %s)"


def run(statement: str, *parameters: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def a_version(number: int, cells: dict[tuple[str, str], str]) -> str:
    """A version as the application's login can write it, without a check; its digest."""
    xml = changed(cells).save()
    run(
        "INSERT INTO treatment_policyversion (number, xml, digest, note, created_by_id, created_at)"
        " SELECT %s, %s, %s, '', created_by_id, now() FROM treatment_policyversion LIMIT 1",
        number, xml.decode(), policies.digest(xml),
    )  # fmt: skip
    return policies.digest(xml)


def a_check(digest: str, *findings: dict[str, Any]) -> None:
    run(
        "INSERT INTO treatment_policycheck (digest, findings, at) VALUES (%s, %s, now())",
        digest,
        json.dumps(findings),
    )


def test_what_was_not_checked_is_not_published(cast: Cast) -> None:
    with as_application():
        a_version(2, LOWER)
        with pytest.raises(DatabaseError, match="was not checked"):
            run(PUBLISH, 2, cast.sarah.pk, TODAY, None)
        checks.check(PolicyVersion.objects.get(number=2))
        run(PUBLISH, 2, cast.sarah.pk, TODAY, None)
    assert PolicyInForce.objects.count() == 2


def test_each_finding_needs_the_sponsors_acceptance(cast: Cast) -> None:
    cast.sarah.set_password(SECRET)
    cast.sarah.save()
    version = publish.save_version(cast.bob, changed(GAP), "a gap")
    [gap] = law.identified(policies.model_of(version))
    proven = proof.of(cast.sarah, SECRET)
    with as_application():
        with pytest.raises(DatabaseError, match="permission denied"):
            run(
                "INSERT INTO treatment_findingacceptance (digest, finding, said, reason, by_id, at)"
                " VALUES (%s, %s, '{}', 'Mine.', %s, now())",
                version.digest, gap, cast.sarah.pk,
            )  # fmt: skip
        for who, said in ((cast.bob.pk, None), (cast.sarah.pk, None), (cast.adam.pk, proven)):
            with pytest.raises(DatabaseError):
                run(ACCEPT, 2, who, gap, said)
        with pytest.raises(DatabaseError, match="no such finding"):
            run(ACCEPT, 2, cast.sarah.pk, "0" * 64, proven)
        with pytest.raises(DatabaseError, match="1 findings are not accepted"):
            run(PUBLISH, 2, cast.sarah.pk, TODAY, proven)
        with pytest.raises(Problem, match="not your password"):
            checks.accept(cast.sarah, version, {gap: "By hand."}, "another one")
        assert not FindingAcceptance.objects.exists()
        checks.accept(cast.sarah, version, {gap: "By hand."}, SECRET)
        publish.put_in_force(cast.sarah, version, TODAY, "Agreed.", SECRET)
    assert policies.in_force(TODAY).number == 2


def test_a_forged_check_makes_no_error_acceptable(cast: Cast) -> None:
    with as_application():
        digest = a_version(2, LOWER)
        a_check(digest, {"id": "x", "kind": "word", "table": "", "rules": [], "accept": True})
        with pytest.raises(DatabaseError, match="cannot be accepted"):
            run(ACCEPT, 2, cast.sarah.pk, "x", None)
        with pytest.raises(DatabaseError, match="not accepted"):
            run(PUBLISH, 2, cast.sarah.pk, TODAY, None)


def test_the_application_repeats_the_check_whatever_stands_in_the_table(cast: Cast) -> None:
    with as_application():
        digest = a_version(2, GAP)
        a_check(digest)  # "nothing was found"
        with pytest.raises(Problem, match="No rule says"):
            publish.put_in_force(
                cast.sarah, PolicyVersion.objects.get(number=2), TODAY, "It says so."
            )
    assert PolicyInForce.objects.count() == 1
