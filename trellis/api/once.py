"""A request that is sent twice under one Idempotency-Key acts once and is answered alike for a day."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from trellis.api.models import KeptAnswer
from trellis.api.problems import Problem
from trellis.api.requests import ApiRequest

KEPT_FOR = timedelta(hours=24)
_AT_WORK_FOR = timedelta(minutes=1)


def answer_once(request: ApiRequest, key: str, answer: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Answer under `key`: for the first time, or as the first time. Only a success is kept; a failure may be retried.

    Problem 422 when the key was used for something else, 409 while the first request is at work.
    """
    mine = _claim(request, _checked(key))
    if mine.status is not None:
        return _again(mine)
    request.act_id = f"act:{mine.pk}"
    try:
        response = answer()
    except BaseException:
        mine.delete()
        raise
    _keep(mine, response)
    return response


def _checked(key: str) -> str:
    if not 1 <= len(key) <= 255 or not key.isascii() or not key.isprintable():
        raise Problem(400, "bad_idempotency_key", "An Idempotency-Key has 1 to 255 printable ASCII characters.")
    return key


def _claim(request: ApiRequest, key: str) -> KeptAnswer:
    """The row of this key: new and ours, or the one with the answer."""
    KeptAnswer.objects.filter(created_at__lt=request.at - KEPT_FOR).delete()
    wanted = KeptAnswer(
        token=request.auth,
        key=key,
        fingerprint=_fingerprint(request),
        created_at=request.at,
        lease_until=request.at + _AT_WORK_FOR,
    )
    KeptAnswer.objects.bulk_create([wanted], ignore_conflicts=True)
    found = KeptAnswer.objects.filter(token=request.auth, key=key).first()
    if found is None or found.fingerprint != wanted.fingerprint:
        raise Problem(
            422, "idempotency_key_reused", "This Idempotency-Key was used for another request; take a new one."
        )
    if found.pk != wanted.pk and found.status is None and not _take_over(found, request):
        detail = "The first request with this Idempotency-Key is still at work."
        raise Problem(409, "still_at_work", detail, headers={"Retry-After": "1"})
    return found


def _take_over(found: KeptAnswer, request: ApiRequest) -> bool:
    """Whether the process that was at work is gone, and we are the one to try again."""
    dead = KeptAnswer.objects.filter(pk=found.pk, status=None, lease_until__lt=request.at)
    return dead.update(lease_until=request.at + _AT_WORK_FOR) == 1


def _fingerprint(request: ApiRequest) -> str:
    told = hashlib.sha256(f"{request.method}\n{request.get_full_path()}\n".encode())
    for chunk in _chunks(request):
        told.update(chunk)
    return told.hexdigest()


def _chunks(request: ApiRequest) -> Iterator[bytes]:
    """The body; of a form its files, whose bounds are new each time that it is sent."""
    if request.content_type != "multipart/form-data":
        yield request.body
        return
    for file in (file for _, files in request.FILES.lists() for file in files):
        yield f"{file.name}\n{file.size}\n".encode()
        yield from file.chunks()
        file.seek(0)


def _keep(mine: KeptAnswer, response: HttpResponseBase) -> None:
    if isinstance(response, HttpResponse) and 200 <= response.status_code < 300:
        KeptAnswer.objects.filter(pk=mine.pk).update(status=response.status_code, body=response.content.decode())
    else:
        mine.delete()


def _again(kept: KeptAnswer) -> HttpResponse:
    response = HttpResponse(kept.body, status=kept.status, content_type="application/json; charset=utf-8")
    response["Idempotency-Replayed"] = "true"
    return response
