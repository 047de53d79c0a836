"""What the world may read of playbooks: the format itself."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import etag, require_safe

from trellis.journeys.playbook.published import schema_etag, schema_text


@require_safe
@cache_control(public=True, max_age=3600)
@etag(lambda request: schema_etag())
def playbook_schema(request: HttpRequest) -> HttpResponse:
    """The JSON Schema that editors read, also those that run in another page."""
    headers = {"Access-Control-Allow-Origin": "*"}
    return HttpResponse(schema_text(), content_type="application/schema+json", headers=headers)
