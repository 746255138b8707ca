"""Every address of the product; an app adds its own in its `urls.py`."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include("allauth.urls")),
]
for app in ("ui", "pages", "customers", "records", "treatment", "work", "rollout", "connect"):
    if find_spec(f"concord.{app}.urls"):
        urlpatterns.append(path("", include(f"concord.{app}.urls")))
