from django.urls import path

from concord.ui import views

app_name = "ui"
urlpatterns = [
    path("account/language/", views.choose_language, name="language"),
    path("account/demo/", views.enter_as, name="demo"),
]
