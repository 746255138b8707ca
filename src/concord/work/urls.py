from django.urls import path

from concord.work import views

app_name = "work"
urlpatterns = [
    path("work/", views.work_list, name="list"),
    path("work/board/", views.board, name="board"),
    path("work/board/<int:record_id>/stage/", views.move, name="move"),
    path("work/<int:record_id>/closure/", views.close, name="close"),
    path("work/<int:record_id>/closure/undo/", views.reopen, name="reopen"),
]
