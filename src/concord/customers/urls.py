from django.urls import path

from concord.customers.views import customers, members, relations, review, values

app_name = "customers"

urlpatterns = [
    path("customers/", customers.index, name="list"),
    path("customers/new/", customers.new, name="new"),
    path("customers/duplicates/", customers.duplicates, name="duplicates"),
    path("customers/<uuid:customer_id>/values/<slug:attribute>/", values.value, name="value"),
    path("customers/<uuid:customer_id>/members/", members.members, name="members"),
    path("customers/<uuid:customer_id>/members/apart/", members.part_all, name="part_all"),
    path(
        "customers/<uuid:customer_id>/members/<uuid:profile_id>/apart/", members.part, name="part"
    ),
    path("customers/<uuid:customer_id>/relations/", relations.index, name="relations"),
    path("customers/<uuid:customer_id>/relations/new/", relations.new, name="relate"),
    path("customers/<uuid:customer_id>/relations/find/", relations.find, name="relate_find"),
    path(
        "customers/<uuid:customer_id>/relations/<int:relationship_id>/end/",
        relations.end,
        name="end_relation",
    ),
    path(
        "customers/<uuid:customer_id>/relations/<int:relationship_id>/withdrawal/",
        relations.take_back,
        name="take_back_relation",
    ),
    path("review/", review.review, name="review"),
    path("review/<uuid:left>/<uuid:right>/verdict/", review.verdict, name="verdict"),
    path("review/judgements/<int:judgement_id>/withdrawal/", members.take_back, name="take_back"),
]
