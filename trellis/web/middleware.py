"""What happens to every request for a page."""

from django.http import HttpRequest
from django.middleware.common import CommonMiddleware


class PageMiddleware(CommonMiddleware):
    """People leave out the last stroke of an address; a program that does is told that nothing is there."""

    def should_redirect_with_slash(self, request: HttpRequest) -> bool:
        return not request.path.startswith("/api/") and super().should_redirect_with_slash(request)
