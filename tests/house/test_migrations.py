"""The migrations make the tables that the models describe; no database is asked."""

from __future__ import annotations

from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState


def test_no_model_waits_for_a_migration() -> None:
    loader = MigrationLoader(None)
    now = ProjectState.from_apps(apps)
    changes = MigrationAutodetector(loader.project_state(), now).changes(graph=loader.graph)
    waiting = {
        label: [operation.describe() for each in migrations for operation in each.operations]
        for label, migrations in changes.items()
        if apps.get_app_config(label).name.startswith("concord.")
    }
    assert waiting == {}


def test_no_two_migrations_follow_the_same_one() -> None:
    loader = MigrationLoader(None)
    assert loader.detect_conflicts() == {}
