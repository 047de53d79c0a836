"""Twilio, tried for real: is it our account, is the number one of its numbers, does a text leave?"""

import time
from typing import Any

from trellis.conversations.connections import TrialFailed
from trellis.conversations.transports import NotSent, Unreachable, Unsure
from trellis.integrations.twilio.account import Account
from trellis.integrations.twilio.rest import Answer, ask_as
from trellis.integrations.twilio.transport import IN_PLAIN_WORDS, comes_from

SECONDS = 10.0
UNKNOWN = "Twilio does not know this Account SID with this auth token. Copy both again from the Twilio console."
NO_SUCH_RIGHT = "Twilio does not let this auth token do that. Use the auth token of the account itself."
OUT_OF_USE = "Twilio says that this account is {}. Settle that in the Twilio console, then try again."
UNVERIFIED = 21608


class Trial:
    """One try with one account, over in about ten seconds."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.began = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def title(self) -> str:
        """What the account is called. Raises TrialFailed unless it is ours and in use."""
        answer = self._ask("GET", ".json", {})
        status = str(answer.body.get("status") or "active")
        if status != "active":
            raise TrialFailed(OUT_OF_USE.format(status), "account_sid")
        return str(answer.body.get("friendly_name") or self.account.sid)

    def number(self) -> dict[str, Any]:
        """The number as Twilio knows it. Raises TrialFailed when it is not the account's, or cannot send texts."""
        wanted = self.account.number
        found = self._numbers({"PhoneNumber": wanted})
        ours = next((number for number in found if number.get("phone_number") == wanted), None)
        if ours is None:
            others = [str(number.get("phone_number")) for number in self._numbers({"PageSize": "5"})]
            has = f"It has {', '.join(others)}." if others else "It has none yet: get one in the Twilio console."
            raise TrialFailed(f"{wanted} is not a number of this account. {has}", "number")
        if not (ours.get("capabilities") or {}).get("sms", True):
            raise TrialFailed(f"{wanted} cannot send texts. Choose a number with SMS in the Twilio console.", "number")
        return ours

    def text(self, to: str, words: str) -> None:
        answer = self._ask("POST", "/Messages.json", {"To": to, "Body": words} | comes_from(self.account))
        if answer.is_accepted:
            return
        if answer.code == UNVERIFIED:
            why = "a trial account sends only to numbers verified in the Twilio console"
        else:
            why = IN_PLAIN_WORDS.get(answer.code, answer.words.rstrip("."))
        says = f"The account is fine, but the test text to {to} was refused: {why}. "
        raise TrialFailed(says + "Mend that, or connect without it.", "text_me")

    def _numbers(self, query: dict[str, str]) -> list[dict[str, Any]]:
        answer = self._ask("GET", "/IncomingPhoneNumbers.json", query)
        return [number for number in answer.body.get("incoming_phone_numbers") or [] if isinstance(number, dict)]

    def _ask(self, method: str, resource: str, form: dict[str, str]) -> Answer:
        try:
            answer = ask_as(self.account, method, resource, form, seconds=max(SECONDS - self.seconds, 1.0))
        except (Unreachable, Unsure, NotSent) as error:
            says = f"Twilio cannot be reached: {error}. Check this server’s connection, then try again."
            raise TrialFailed(says) from error
        if answer.status in (401, 404):
            raise TrialFailed(UNKNOWN, "auth_token")
        if answer.status == 403:
            raise TrialFailed(NO_SUCH_RIGHT, "auth_token")
        if answer.status >= 500 or answer.status == 429:
            raise TrialFailed(f"Twilio is not well just now: {answer.words}. Try again in a few minutes.")
        return answer
