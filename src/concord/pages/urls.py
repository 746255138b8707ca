from django.urls import path

from concord.pages.views import around, customer, find, settings, today

app_name = "pages"
urlpatterns = [
    path("", today.show, name="today"),
    path("told/<int:pk>/", today.told, name="told"),
    path("told/read/", today.all_read, name="all_read"),
    path("find", find.find, name="find"),
    path("ask/", find.ask, name="ask"),
    path("customers/<uuid:customer_id>/", customer.show, name="customer"),
    path("customers/<uuid:customer_id>/facts/", customer.facts, name="facts"),
    path("customers/<uuid:customer_id>/timeline/", customer.timeline, name="timeline"),
    path("customers/<uuid:customer_id>/contacts/", around.log_contact, name="log_contact"),
    path(
        "customers/<uuid:customer_id>/contacts/<int:record_id>/withdrawal/",
        around.take_back,
        name="take_back",
    ),
    path("customers/<uuid:customer_id>/ask/<slug:key>/", customer.answer, name="answer"),
    path(
        "customers/<uuid:customer_id>/ask/<slug:key>/hand-over/", around.pass_on, name="hand_over"
    ),
    path("customers/<uuid:customer_id>/ask/<slug:key>/watch/", around.wait, name="wait"),
    path("customers/<uuid:customer_id>/ask/<slug:key>/concern/", around.object_to, name="object"),
    path(
        "customers/<uuid:customer_id>/ask/<slug:key>/exception/",
        around.ask_exception,
        name="ask_exception",
    ),
    path(
        "customers/<uuid:customer_id>/ask/<slug:key>/otherwise/",
        around.act_otherwise,
        name="act_otherwise",
    ),
    path("watches/<int:pk>/end/", around.stop_waiting, name="stop_waiting"),
    path("settings/", settings.people_list, name="settings"),
    path("settings/people/new/", settings.new_person, name="new_person"),
    path("settings/people/<int:pk>/", settings.person, name="person"),
    path("settings/people/<int:pk>/link/", settings.person_link, name="person_link"),
    path("settings/people/<int:pk>/door/<slug:state>/", settings.person_door, name="person_door"),
    path("settings/departments/", settings.departments, name="departments"),
    path("settings/departments/new/", settings.department, name="new_department"),
    path("settings/departments/<slug:key>/", settings.department, name="department"),
    path("settings/units/new/", settings.unit, name="new_unit"),
    path("settings/units/<slug:key>/", settings.unit, name="unit"),
    path("settings/requests/", settings.request_list, name="requests"),
    path("settings/requests/new/", settings.new_request, name="new_request"),
    path("settings/requests/<slug:key>/", settings.own_request, name="request"),
    path(
        "settings/requests/<slug:key>/fields/<slug:field>/removal/",
        settings.remove_field,
        name="remove_request_field",
    ),
    path(
        "settings/requests/<slug:key>/retirement/", settings.retire_request, name="retire_request"
    ),
    path("settings/keys/", settings.keys, name="keys"),
    path("settings/keys/new/", settings.new_key, name="new_key"),
    path("settings/keys/<int:pk>/revocation/", settings.revoke_key, name="revoke_key"),
    path("settings/company/", settings.company, name="company"),
    path("settings/rates/new/", settings.rate, name="new_rate"),
    path("settings/rates/<int:pk>/", settings.rate, name="rate"),
    path("settings/rates/<int:pk>/removal/", settings.remove_rate, name="remove_rate"),
]
