"""The addresses of what goes in and out."""

from django.urls import path

from trellis.transfer.views import importing

app_name = "transfer"
urlpatterns = [
    path("import/", importing.start, name="import"),
    path("import/<uuid:import_id>/", importing.columns, name="columns"),
    path("import/<uuid:import_id>/shape", importing.shape, name="shape"),
    path("import/<uuid:import_id>/preview", importing.preview, name="preview"),
    path("import/<uuid:import_id>/choices", importing.choices, name="choices"),
    path("import/<uuid:import_id>/keep", importing.keep, name="keep"),
    path("import/<uuid:import_id>/result", importing.imported, name="imported"),
    path("import/<uuid:import_id>/failed.csv", importing.failed, name="failed"),
]
