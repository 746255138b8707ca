from django.urls import path

from concord.connect.api import api

urlpatterns = [path("api/v1/", api.urls)]
