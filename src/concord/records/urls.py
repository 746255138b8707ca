from django.urls import path

from concord.records.views import look, records, rejections, sources

app_name = "records"
urlpatterns = [
    path("records/<int:record_id>/", records.show, name="record"),
    path("records/<int:record_id>/change/", records.change, name="change_record"),
    path("records/<int:record_id>/closure/", records.close, name="close_record"),
    path("records/<int:record_id>/reopening/", records.reopen, name="reopen_record"),
    path("records/<int:record_id>/withdrawal/", records.withdraw, name="withdraw_record"),
    path("customers/<uuid:customer_id>/records/new/<slug:type>/", records.new, name="new"),
    path("sources/", sources.listing, name="sources"),
    path("sources/new/", sources.new, name="new_source"),
    path("sources/look/", look.drop, name="look"),
    path("sources/look/<uuid:upload_id>/", look.show, name="look_at"),
    path("sources/look/<uuid:upload_id>/list/", look.download, name="look_list"),
    path("sources/look/<uuid:upload_id>/source/", look.keep_source, name="look_keep"),
    path("sources/rows/", rejections.listing, name="rejections"),
    path("sources/rows/<int:pk>/", rejections.show, name="rejection"),
    path("sources/rows/<int:pk>/dismissal/", rejections.put_aside, name="dismiss"),
    path("sources/imports/<int:import_id>/", sources.show_import, name="import"),
    path("sources/imports/<int:import_id>/undoing/", sources.undo, name="undo_import"),
    path("sources/imports/<int:import_id>/stop/", sources.stop, name="stop_import"),
    path("sources/imports/<int:import_id>/replay/", rejections.again, name="replay_import"),
    path("sources/<slug:key>/", sources.show, name="source"),
    path("sources/<slug:key>/change/", sources.change, name="change_source"),
]
