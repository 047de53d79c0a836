"""Well-known mail providers: their servers, and the password that each of them wants."""

from trellis.conversations.connections import Preset


def _preset(key: str, title: str, host: str, port: str, security: str, note: str) -> Preset:
    return Preset(key=key, title=title, values={"host": host, "port": port, "security": security}, note=note)


PRESETS = (
    _preset(
        "gmail",
        "Gmail",
        "smtp.gmail.com",
        "587",
        "starttls",
        "Gmail and Google Workspace want an app password: turn on 2-Step Verification, then make one at "
        "myaccount.google.com/apppasswords. Your usual password is refused.",
    ),
    _preset(
        "microsoft",
        "Microsoft 365",
        "smtp.office365.com",
        "587",
        "starttls",
        "Microsoft 365 wants the mailbox’s password, and “Authenticated SMTP” switched on for it in the admin center "
        "(Users, Mail, Manage email apps).",
    ),
    _preset(
        "fastmail",
        "Fastmail",
        "smtp.fastmail.com",
        "465",
        "tls",
        "Fastmail wants an app password: Settings, Privacy & Security, Manage app passwords. Your usual password is "
        "refused.",
    ),
    _preset(
        "ses",
        "Amazon SES",
        "email-smtp.us-east-1.amazonaws.com",
        "587",
        "starttls",
        "Amazon SES wants SMTP credentials from its console (SMTP settings), which are not your AWS keys, and an "
        "address that is verified there. Put your own region in the server’s name.",
    ),
    _preset(
        "postmark",
        "Postmark",
        "smtp.postmarkapp.com",
        "587",
        "starttls",
        "Postmark wants the server’s API token both as user name and as password, and a sender signature for "
        "the address.",
    ),
    _preset(
        "mailgun",
        "Mailgun",
        "smtp.mailgun.org",
        "587",
        "starttls",
        "Mailgun wants the SMTP credentials of your sending domain (Domain settings, SMTP credentials). In the EU the "
        "server is smtp.eu.mailgun.org.",
    ),
    _preset(
        "other",
        "Another server",
        "",
        "587",
        "starttls",
        "Your provider’s help pages give these under “SMTP” or “outgoing mail”.",
    ),
)


def note_for(host: str) -> str:
    """What the provider behind this server wants, empty for one that we do not know."""
    return next((preset.note for preset in PRESETS if host and preset.values["host"] == host), "")
