from django.urls import path

from concord.treatment.views import (
    answers,
    files,
    lifts,
    objections,
    previews,
    promise,
    proposals,
    versions,
)

app_name = "treatment"
PROPOSAL = "promise/proposals/<int:proposal_id>/"
urlpatterns = [
    path("promise/", promise.promise, name="promise"),
    path("promise/beginning/", promise.begin, name="begin"),
    path("promise/versions/<int:number>/", versions.version, name="version"),
    path("promise/versions/<int:number>/dmn/", files.version_dmn, name="version_dmn"),
    path(
        "promise/versions/<int:number>/workbook/", files.version_workbook, name="version_workbook"
    ),
    path("promise/drafts/<uuid:draft_id>/dmn/", files.draft_dmn, name="draft_dmn"),
    path("promise/drafts/<uuid:draft_id>/workbook/", files.draft_workbook, name="draft_workbook"),
    path("promise/drafts/<uuid:draft_id>/proposal/", proposals.propose, name="propose"),
    path("promise/proposals/", proposals.listed, name="proposals"),
    path(PROPOSAL, proposals.proposal, name="proposal"),
    path(f"{PROPOSAL}publication/", proposals.publish, name="publish"),
    path(f"{PROPOSAL}acceptances/", proposals.accept, name="accept_findings"),
    path(f"{PROPOSAL}withdrawal/", proposals.withdraw, name="withdraw_proposal"),
    path(f"{PROPOSAL}return/", proposals.send_back, name="send_back"),
    path("promise/objections/", objections.listed, name="objections"),
    path("promise/objections/terms/", objections.terms, name="objection_terms"),
    path("promise/objections/new/", objections.new, name="object"),
    path("promise/objections/<int:objection_id>/", objections.objection, name="objection"),
    path("promise/change/", previews.change, name="change"),
    path("promise/previews/<uuid:preview_id>/", previews.preview, name="preview"),
    path("promise/previews/<uuid:preview_id>/force/", previews.force, name="force"),
    path("promise/exceptions/", lifts.lifts, name="lifts"),
    path("promise/exceptions/<int:lift_id>/withdrawal/", lifts.withdraw, name="withdraw_lift"),
    path("customers/<uuid:customer_id>/exceptions/new/", lifts.new, name="new_lift"),
    path("answers/", answers.answers, name="answers"),
    path("answers/<uuid:answer_id>/", answers.logged, name="logged"),
    path("answers/<uuid:answer_id>/replay/", answers.replay, name="replay"),
    path("answers/<uuid:answer_id>/concerns/<int:concern_id>/reply/", answers.reply, name="reply"),
]
