"""The REST API, version 1: what other systems ask in their own name."""

from __future__ import annotations

from ninja import NinjaAPI

from concord.connect.api import checks, customers, treatments
from concord.connect.api.auth import KeyAuth
from concord.connect.api.problems import handle_all

api = NinjaAPI(
    title="Concord",
    version="1",
    description="One customer, one truth, one treatment.",
    urls_namespace="api",
    docs_url=None,  # a page with scripts of others; the schema is at openapi.json
    auth=KeyAuth(),
)
api.add_router("/treatments", treatments.router)
api.add_router("/checks", checks.router)
api.add_router("/customers", customers.router)
handle_all(api)
