"""The chain over the logs: what was changed, removed or inserted afterwards is found, and named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from tests.kernel.application import as_application
from tests.treatment.cast import TODAY, Cast
from tests.treatment.proposing import LOWER, changed

from concord.config.command import main
from concord.kernel import audit, chain
from concord.kernel.models import AuditEntry, Seal
from concord.treatment.actions import publish

VERSIONS = "treatment_policyversion"


def run(statement: str, *parameters: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def found(known: dict[str, str] | None = None) -> list[tuple[str, str, str]]:
    every = [b for each in chain.verify(known) for b in each.breaks]
    return [(each.log, each.kind, each.id) for each in every]


def test_what_decides_about_the_policy_is_sealed_as_it_is_written(cast: Cast) -> None:
    with as_application():
        version = publish.save_version(cast.sarah, changed(LOWER), "less")
        publish.put_in_force(cast.sarah, version, TODAY, "Losses.")
    links = Seal.objects.filter(log=VERSIONS).order_by("id")
    assert [each.ids for each in links] == [
        [str(key)] for key in sorted([version.pk - 1, version.pk])
    ]
    assert links[1].previous == links[0].digest
    assert Seal.objects.filter(log="treatment_policyinforce").count() == 2
    assert found() == []


def test_what_the_machines_owner_did_is_found(cast: Cast) -> None:
    version = publish.save_version(cast.sarah, changed(LOWER), "less")
    key = str(version.pk)
    run("UPDATE treatment_policyversion SET note = 'more' WHERE id = %s", version.pk)
    assert found() == [(VERSIONS, "changed", key)]
    run("UPDATE treatment_policyversion SET note = 'less' WHERE id = %s", version.pk)
    assert found() == []
    run(
        "INSERT INTO treatment_policyversion (id, number, xml, digest, note, created_by_id,"
        " created_at) SELECT 0, 99, xml, digest, note, created_by_id, created_at"
        " FROM treatment_policyversion WHERE id = %s", version.pk,
    )  # fmt: skip
    run("DELETE FROM kernel_seal WHERE ids = '{0}'")  # the link that gives it away
    assert found() == [(VERSIONS, "inserted", "0")]
    run("DELETE FROM treatment_policyversion WHERE id = 0")
    run("DELETE FROM treatment_policyversion WHERE id = %s", version.pk)
    assert found() == [(VERSIONS, "removed", key)]


def test_a_link_that_is_rewritten_or_cut_off_is_found(cast: Cast) -> None:
    publish.save_version(cast.sarah, changed(LOWER), "less")
    heads = chain.heads()
    first, last = Seal.objects.filter(log=VERSIONS).order_by("id")
    run("UPDATE kernel_seal SET ids = '{7}' WHERE id = %s", last.pk)
    assert (VERSIONS, "seal", str(last.pk)) in found()
    run("UPDATE kernel_seal SET ids = %s WHERE id = %s", last.ids, last.pk)
    assert found() == []
    run("DELETE FROM kernel_seal WHERE id = %s", last.pk)
    assert (VERSIONS, "seal", heads[VERSIONS]) in found(heads)
    run("DELETE FROM kernel_seal WHERE id = %s", first.pk)
    assert (VERSIONS, "seal", heads[VERSIONS]) in found(heads)


def test_the_application_reads_seals_and_makes_none(cast: Cast) -> None:
    for statement in (
        "INSERT INTO kernel_seal SELECT * FROM kernel_seal",
        "UPDATE kernel_seal SET digest = ''",
        "DELETE FROM kernel_seal",
        "SELECT append_seal('treatment_policyversion', ARRAY['1'])",
    ):
        with as_application(), pytest.raises(DatabaseError, match="permission denied"):
            run(statement)


@pytest.mark.django_db
def test_the_audit_is_sealed_in_batches_and_a_removed_line_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(5):
        audit.record(None, "test.act", "thing", number)
    assert chain.seal() >= 5
    assert chain.seal() == 0
    audit.record(None, "test.act", "thing", 5)
    assert main(["audit", "heads"]) == 0
    kept = tmp_path / "heads.json"
    kept.write_text(capsys.readouterr().out)
    assert "kernel_auditentry" in json.loads(kept.read_text())
    assert main(["audit", "verify", "--heads", str(kept)]) == 0
    assert "The chain holds." in capsys.readouterr().out
    gone = AuditEntry.objects.get(subject_id="2")
    run("DELETE FROM kernel_auditentry WHERE id = %s", gone.pk)
    assert main(["audit", "verify"]) == 1
    said = capsys.readouterr().out
    assert f"removed: {gone.pk}" in said
    assert "broken in 1 places" in said
