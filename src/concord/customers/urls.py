from django.urls import path

from concord.customers import urls_rights
from concord.customers.views import (
    customers,
    golden,
    groups,
    members,
    questions,
    recognition,
    relations,
    review,
    same,
    values,
)

app_name = "customers"

urlpatterns = [
    path("customers/", customers.index, name="list"),
    path("customers/new/", customers.new, name="new"),
    path("customers/duplicates/", customers.duplicates, name="duplicates"),
    path("customers/<uuid:customer_id>/values/<slug:attribute>/", values.value, name="value"),
    path(
        "customers/<uuid:customer_id>/values/<slug:attribute>/pin/<uuid:profile_id>/",
        values.pin,
        name="pin",
    ),
    path("customers/<uuid:customer_id>/values/<slug:attribute>/unpin/", values.unpin, name="unpin"),
    path(
        "customers/<uuid:customer_id>/values/<slug:attribute>/pin/<uuid:profile_id>/",
        values.pin,
        name="pin",
    ),
    path(
        "customers/<uuid:customer_id>/values/<slug:attribute>/unpin/", values.unpin, name="unpin"
    ),
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
    path("customers/<uuid:customer_id>/same/", same.find, name="same"),
    path("customers/<uuid:customer_id>/same/<uuid:other_id>/", same.join, name="same_as"),
    path("customers/<uuid:customer_id>/group/", groups.index, name="group"),
    path("customers/<uuid:customer_id>/group/parts/", groups.parts, name="group_parts"),
    path("customers/<uuid:customer_id>/group/find/", groups.find, name="group_find"),
    path("customers/<uuid:customer_id>/group/members/", groups.add, name="group_add"),
    path(
        "customers/<uuid:customer_id>/group/<int:relationship_id>/move/",
        groups.move,
        name="group_move",
    ),
    path(
        "customers/<uuid:customer_id>/group/<int:relationship_id>/end/",
        groups.end,
        name="group_end",
    ),
    path("settings/golden/", golden.index, name="golden"),
    path("settings/golden/shipped/", golden.shipped, name="golden_shipped"),
    path("settings/golden/<int:rules_id>/", golden.look, name="golden_look"),
    path("settings/golden/<int:rules_id>/count/", golden.count, name="golden_count"),
    path("settings/golden/<int:rules_id>/force/", golden.force, name="golden_force"),
    path("review/", review.review, name="review"),
    path("review/questions/", questions.index, name="questions"),
    path("review/joined/", questions.joined, name="joined"),
    path("review/<uuid:left>/<uuid:right>/verdict/", review.verdict, name="verdict"),
    path("review/<uuid:left>/<uuid:right>/later/", review.later, name="later"),
    path("review/<uuid:left>/<uuid:right>/later/withdrawal/", review.sooner, name="sooner"),
    path("review/<uuid:left>/<uuid:right>/opinion/", review.opinion, name="opinion"),
    path("review/<uuid:left>/<uuid:right>/consequences/", review.consequences, name="consequences"),
    path(
        "review/opinions/<int:opinion_id>/withdrawal/",
        review.withdraw_opinion,
        name="withdraw_opinion",
    ),
    path("review/claims/<uuid:ticket>/release/", review.release, name="release"),
    path("review/judgements/<int:judgement_id>/withdrawal/", members.take_back, name="take_back"),
    path("recognition/", recognition.index, name="recognition"),
    path("recognition/runs/<int:run_id>/", recognition.run, name="recognition_run"),
    path("recognition/runs/<int:run_id>/stopping/", recognition.stop, name="recognition_stop"),
    path("recognition/models/<slug:version>/", recognition.model, name="recognition_model"),
    path("recognition/models/<slug:version>/force/", recognition.force, name="recognition_force"),
    path("recognition/learning/", recognition.learn, name="recognition_learn"),
    path("recognition/looking-again/", recognition.look_again, name="recognition_again"),
    *urls_rights.urlpatterns,
]
