"""A message as an email: every header in its place, and nothing a person typed can add one."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy

from django.template.loader import render_to_string

from trellis.conversations.models import Message
from trellis.conversations.queries import references_of
from trellis.conversations.transports import NotSent
from trellis.core.ids import new_id
from trellis.integrations.smtp.outlet import Sender, outlet
from trellis.integrations.smtp.unsubscribe import unsubscribe_url
from trellis.team.models import User
from trellis.team.queries import business
from trellis.web.letters import PlainLetter

INTERNATIONAL = re.compile(r"(?=.*[^\x00-\x7f])[\w.+-]+")  # The standard library takes no such name as an address.
MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]+>")


class LetterPolicy(EmailPolicy):
    """Internet rules, with identifiers and addresses of pages left as they are.

    The standard policy turns a long one into encoded words, which no mail program reads as an identifier.
    """

    verbatim = frozenset({"message-id", "in-reply-to", "references", "list-unsubscribe"})

    def fold(self, name: str, value: str) -> str:
        if name.lower() in self.verbatim:
            return f"{name}: {f'{self.linesep} '.join(str(value).split())}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in self.verbatim:
            return self.fold(name, value).encode("ascii")
        return bytes(super().fold_binary(name, value))


POLICY = LetterPolicy(linesep="\r\n", cte_type="7bit")


@dataclass(frozen=True)
class Letter:
    """What a mail server needs: the envelope and the content."""

    sender: str
    recipient: str
    mail: EmailMessage

    @property
    def content(self) -> bytes:
        return self.mail.as_bytes()

    @property
    def is_international(self) -> bool:
        """The name before the @ is not ASCII: only servers with SMTPUTF8 take it."""
        return not self.recipient.isascii()


def compose(message: Message) -> Letter:
    """Raises NotSent for an address that no letter can be sent to."""
    sender, recipient = _sender(message), _recipient(message)
    mail = EmailMessage(policy=POLICY.clone(utf8=not recipient.addr_spec.isascii()))
    mail["Message-ID"] = message.message_id
    mail["Date"] = message.created_at
    mail["From"] = sender
    mail["To"] = recipient
    mail["Reply-To"] = Address(_one_line(business().name), addr_spec=business().email or sender.addr_spec)
    mail["Subject"] = _one_line(message.subject) or f"A message from {_one_line(business().name)}"
    _thread(mail, message)
    _write(mail, message)
    return Letter(sender.addr_spec, recipient.addr_spec, mail)


def compose_test(sender: Sender, host: str, *, to: User, at: datetime) -> Letter:
    """What a person gets to see that email works."""
    of, there = _address_of(sender), Address(_one_line(to.name), addr_spec=to.email)
    mail = EmailMessage(policy=POLICY)
    mail["Message-ID"] = f"<{new_id()}@{of.domain}>"
    mail["Date"], mail["From"], mail["To"] = at, of, there
    mail["Subject"] = f"Email from {_one_line(business().name)} works"
    answers = business().email or of.addr_spec
    words = {"to": to, "sender": of.addr_spec, "host": host, "business": business(), "answers": answers}
    mail.set_content(render_to_string("smtp/test.txt", words))
    return Letter(of.addr_spec, there.addr_spec, mail)


def compose_plain(sender: Sender, letter: PlainLetter) -> Letter:
    """What Trellis itself writes to somebody who works here. Raises ValueError for an address that cannot be one."""
    of, there = _address_of(sender), Address(_one_line(letter.name), addr_spec=letter.address)
    mail = EmailMessage(policy=POLICY)
    mail["Message-ID"] = f"<{new_id()}@{of.domain}>"
    mail["Date"], mail["From"], mail["To"] = letter.at, of, there
    mail["Auto-Submitted"] = "auto-generated"
    mail["Subject"] = _one_line(letter.subject)
    mail.set_content(letter.text)
    return Letter(of.addr_spec, there.addr_spec, mail)


def _sender(message: Message) -> Address:
    """The connected address, under the name of whoever wrote it."""
    ours = _address_of(Sender.of(outlet()))
    if message.written_by:
        return Address(f"{_one_line(message.written_by.name)} from {ours.display_name}", addr_spec=ours.addr_spec)
    return ours


def _address_of(sender: Sender) -> Address:
    return Address(_one_line(sender.name or business().name), addr_spec=sender.address)


def _recipient(message: Message) -> Address:
    name, (local, _, domain) = _one_line(message.contact.name), message.recipient.rpartition("@")
    try:
        domain = domain.encode("idna").decode()
        if INTERNATIONAL.fullmatch(local):
            return Address(name, username=local, domain=domain)
        return Address(name, addr_spec=f"{local}@{domain}")
    except (ValueError, MessageError, IndexError) as error:
        raise NotSent(f"“{message.recipient}” is not an email address", permanent=True) from error


def _thread(mail: EmailMessage, message: Message) -> None:
    references = [name for name in references_of(message) if MESSAGE_ID.fullmatch(name)]
    if references:
        mail["In-Reply-To"] = references[-1]
        mail["References"] = " ".join(references)


def _write(mail: EmailMessage, message: Message) -> None:
    """Both parts of the text; what a rule sends says so and can be stopped with one click."""
    stop_url = unsubscribe_url(message.contact_id) if message.is_automatic else ""
    if stop_url:
        mail["Auto-Submitted"] = "auto-generated"
        mail["List-Unsubscribe"] = f"<{stop_url}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    words = {"text": message.text, "business": business(), "stop_url": stop_url}
    footer = f"\n\n--\u0020\n{business().name}\nStop these emails: {stop_url}" if stop_url else ""
    mail.set_content(message.text + footer + "\n")
    mail.add_alternative(render_to_string("smtp/letter.html", words), subtype="html")


def _one_line(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
