"""The addresses of the lists."""

from django.urls import path, re_path

from trellis.lists.views import bulk, cells, companies, company, export, runs, saved, segments, table, undo

app_name = "lists"
urlpatterns = [
    path("lists/", table.start, name="start"),
    path("companies/new", companies.add, name="add_company"),
    path("companies/<uuid:company_id>/merge", companies.merge, name="merge_company"),
    path("companies/<uuid:company_id>/remove", companies.remove, name="remove_company"),
    path("companies/<uuid:company_id>/", company.company, name="company"),
    path("companies/<uuid:company_id>/add", company.add_to_company, name="add_to_company"),
    path(
        "companies/<uuid:company_id>/<uuid:contact_id>/take-out",
        company.take_out_of_company,
        name="take_out_of_company",
    ),
    path("lists/undo/<uuid:change_id>", undo.undo, name="undo"),
    path("lists/views/<uuid:view_id>", saved.change_view, name="change_view"),
    path("lists/views/<uuid:view_id>/keep", saved.keep_view, name="keep_view"),
    path("lists/views/<uuid:view_id>/remove", saved.remove_view, name="remove_view"),
    path("lists/segments/", segments.segments, name="segments"),
    path("lists/segments/new", segments.save_segment, name="save_segment"),
    path("lists/segments/<uuid:segment_id>", segments.rename_segment, name="rename_segment"),
    path("lists/segments/<uuid:segment_id>/filter", segments.reshape_segment, name="reshape_segment"),
    path("lists/segments/<uuid:segment_id>/remove", segments.remove_segment, name="remove_segment"),
    path("lists/<slug:key>/", table.table, name="table"),
    path("lists/<slug:key>/count", table.count, name="count"),
    path("lists/<slug:key>/words", table.words, name="words"),
    path("lists/<slug:key>/save", saved.save_view, name="save_view"),
    re_path(r"^lists/(?P<key>[a-z]+)/export\.(?P<form>csv|xlsx)$", export.export, name="export"),
    path("lists/<slug:key>/do/<slug:act_key>", bulk.bulk, name="bulk"),
    path("lists/<slug:key>/<uuid:record_id>/<str:name>", cells.cell, name="cell"),
    path("runs/", runs.runs, name="runs"),
    path("runs/<uuid:run_id>/pause", runs.pause, name="pause_run"),
    path("runs/<uuid:run_id>/resume", runs.resume, name="resume_run"),
    path("runs/<uuid:run_id>/undo", runs.undo, name="undo_run"),
]
