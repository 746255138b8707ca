"""The addresses of the rights of persons."""

from django.urls import path

from concord.customers.views import rights

_OF = "customers/<uuid:customer_id>/rights/"

urlpatterns = [
    path("rights/", rights.index, name="rights_list"),
    path("rights/settings/", rights.settings, name="rights_settings"),
    path("rights/erasures/<int:erasure_id>/", rights.erasure, name="erasure"),
    path("rights/erasures/<int:erasure_id>/return/", rights.let_in, name="let_in"),
    path(_OF, rights.overview, name="rights"),
    path(f"{_OF}requests/", rights.take_down, name="take_request"),
    path(f"{_OF}requests/<int:request_id>/answer/", rights.close, name="close_request"),
    path(f"{_OF}requests/<int:request_id>/extension/", rights.extend, name="extend_request"),
    path(f"{_OF}files/", rights.make_file, name="make_file"),
    path(f"{_OF}files/<uuid:file_id>/", rights.person_file, name="person_file"),
    path(f"{_OF}files/<uuid:file_id>/deletion/", rights.forget_file, name="forget_file"),
    path(f"{_OF}files/<uuid:file_id>/<slug:kind>/", rights.download, name="download"),
    path(f"{_OF}correction/", rights.correction, name="correction"),
    path(f"{_OF}correction/done/", rights.corrected, name="corrected"),
    path(f"{_OF}restriction/", rights.restrict, name="restrict"),
    path(f"{_OF}restriction/lifting/", rights.lift, name="lift_restriction"),
    path(f"{_OF}erasure/", rights.erase, name="erase"),
    path(f"{_OF}erasure/withdrawal/", rights.not_erase, name="not_erase"),
]
