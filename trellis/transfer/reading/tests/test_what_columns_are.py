"""Which column goes where: by the program a file comes from, by names, by what stands in the cells."""

import csv
from collections import Counter

import pytest

from trellis.transfer.reading.columns import TARGETS, suggest, tags_of
from trellis.transfer.reading.meanings import origins, synonyms
from trellis.transfer.reading.tests.conftest import shared
from trellis.transfer.reading.vcards import HEADERS

KEYS = {target.key for target in TARGETS}

# The first row of an export, and where each column that matters should go.
EXPORTS = {
    "HubSpot": {
        "Record ID": "external_id",
        "First Name": "first_name",
        "Last Name": "last_name",
        "Email": "email",
        "Phone Number": "phone",
        "Mobile Phone Number": "mobile",
        "Company Name": "company",
        "Job Title": "job_title",
        "Contact owner": "owner",
        "Lifecycle Stage": "",
        "Street Address": "address",
        "City": "place",
        "State/Region": "region",
        "Postal Code": "postal_code",
        "Country/Region": "country",
        "Create Date": "created_at",
        "Unsubscribed from all email": "",
    },
    "Salesforce": {
        "Contact ID": "external_id",
        "First Name": "first_name",
        "Last Name": "last_name",
        "Title": "job_title",
        "Account Name": "company",
        "Mailing Street": "address",
        "Mailing City": "place",
        "Mailing State/Province": "region",
        "Mailing Zip/Postal Code": "postal_code",
        "Mailing Country": "country",
        "Phone": "phone",
        "Mobile": "mobile",
        "Fax": "",
        "Email": "email",
        "Contact Owner": "owner",
        "Lead Source": "source",
        "Email Opt Out": "",
    },
    "Pipedrive": {
        "Person - Name": "name",
        "Person - Label": "tags",
        "Person - Organization": "company",
        "Person - Email - Work": "email",
        "Person - Email - Home": "email_2",
        "Person - Email - Other": "email_3",
        "Person - Phone - Work": "phone",
        "Person - Phone - Home": "phone_2",
        "Person - Phone - Mobile": "mobile",
        "Person - Owner": "owner",
        "Person - Person created": "created_at",
        "Person - ID": "external_id",
        "Person - Marketing status": "",
    },
    "Zoho": {
        "Record Id": "external_id",
        "Contact Owner.id": "",
        "Contact Owner": "owner",
        "Lead Source": "source",
        "First Name": "first_name",
        "Last Name": "last_name",
        "Account Name.id": "",
        "Account Name": "company",
        "Email": "email",
        "Secondary Email": "email_2",
        "Title": "job_title",
        "Phone": "phone",
        "Mobile": "mobile",
        "Created Time": "created_at",
        "Mailing Street": "address",
        "Mailing City": "place",
        "Mailing State": "region",
        "Mailing Zip": "postal_code",
        "Mailing Country": "country",
        "Tag": "tags",
        "Description": "note",
        "Email Opt Out": "",
    },
    "GoHighLevel": {
        "Contact Id": "external_id",
        "First Name": "first_name",
        "Last Name": "last_name",
        "Business Name": "company",
        "Phone": "phone",
        "Email": "email",
        "Created": "created_at",
        "Last Activity": "",
        "Tags": "tags",
    },
    "Google Contacts": {
        "First Name": "first_name",
        "Middle Name": "",
        "Last Name": "last_name",
        "Phonetic First Name": "",
        "Nickname": "",
        "File As": "",
        "Organization Name": "company",
        "Organization Title": "job_title",
        "Birthday": "birthday",
        "Notes": "note",
        "Photo": "",
        "Labels": "tags",
        "E-mail 1 - Label": "",
        "E-mail 1 - Value": "email",
        "E-mail 2 - Value": "email_2",
        "Phone 1 - Label": "",
        "Phone 1 - Value": "phone",
        "Phone 2 - Value": "phone_2",
        "Address 1 - Street": "address",
        "Address 1 - City": "place",
        "Address 1 - Region": "region",
        "Address 1 - Postal Code": "postal_code",
        "Address 1 - Country": "country",
        "Website 1 - Value": "website",
    },
    "Outlook": {
        "First Name": "first_name",
        "Middle Name": "",
        "Last Name": "last_name",
        "Title": "",
        "E-mail Address": "email",
        "E-mail 2 Address": "email_2",
        "Business Phone": "phone",
        "Home Phone": "phone_2",
        "Mobile Phone": "mobile",
        "Company": "company",
        "Job Title": "job_title",
        "Business Street": "address",
        "Business City": "place",
        "Business State": "region",
        "Business Postal Code": "postal_code",
        "Business Country/Region": "country",
        "Web Page": "website",
        "Birthday": "birthday",
        "Categories": "tags",
        "Notes": "note",
        "Home Fax": "",
    },
}


def targets(headers, *sample):
    """What is suggested for each header."""
    origin, suggestions = suggest(headers, sample)
    assert [one.column for one in suggestions] == list(range(len(headers)))
    return origin, {headers[one.column]: one.target for one in suggestions}


@pytest.mark.parametrize("program", EXPORTS)
def test_the_export_of_a_program_is_recognized_and_understood(program):
    origin, suggested = targets(list(EXPORTS[program]))

    assert origin == program
    assert suggested == EXPORTS[program]


def test_the_program_is_named_as_the_reason():
    _, suggestions = suggest(["Record ID", "Email", "Lifecycle Stage"], [])

    assert suggestions[0].why == "HubSpot calls it so"
    assert suggestions[2].why == "nothing says what it is"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (
            ["Vorname", "Nachname", "E-Mail-Adresse", "Telefon", "Firma", "Straße", "PLZ", "Ort", "Land", "Geburtstag"],
            "first_name last_name email phone company address postal_code place country birthday",
        ),
        (
            ["Prénom", "Nom", "Adresse e-mail", "Téléphone portable", "Société", "Code postal", "Ville", "Pays"],
            "first_name last_name email mobile company postal_code place country",
        ),
        (
            ["Nombre", "Apellidos", "Correo electrónico", "Teléfono", "Empresa", "Código postal", "Ciudad", "País"],
            "first_name last_name email phone company postal_code place country",
        ),
        (
            ["full_name", "emailAddress", "PHONE NUMBER", "jobTitle", "Zip Code", "property_createdate", "Opt-in"],
            "name email phone job_title postal_code created_at consent_email",
        ),
    ],
)
def test_people_name_columns_in_their_own_language(headers, expected):
    origin, suggested = targets(headers)

    assert origin == ""
    assert list(suggested.values()) == expected.split()


def test_columns_without_a_telling_name_are_known_by_what_stands_in_them():
    rows = [("Ann", "ann@example.com", "(501) 555-0142", "10.0.0.1", "2026-03-01", "7")] * 12 + [
        ("Ben", "", "", "", "", "")
    ]
    _, suggestions = suggest(["Column 1", "x", "y", "z", "d", "n"], rows)

    assert [one.target for one in suggestions] == ["", "email", "phone", "", "", ""]
    assert suggestions[1].why == "12 of 12 look like email addresses"


def test_no_target_is_suggested_twice_and_the_next_of_its_kind_is_taken():
    headers = ["Email", "E-mail", "Mail", "Email address", "Phone", "Tel", "City", "Town"]
    _, suggested = targets(headers)

    assert list(suggested.values()) == ["email", "email_2", "email_3", "", "phone", "phone_2", "place", ""]
    assert suggest(headers, [])[1][7].why == "“City” is already taken from another column"


def test_a_column_that_holds_something_goes_before_an_empty_one():
    _, suggested = targets(["Work email", "Email"], ("", "ann@example.com"), ("", "ben@example.com"))

    assert suggested == {"Work email": "email_2", "Email": "email"}


@pytest.mark.parametrize("header", ["Email Opt Out", "Unsubscribed", "HasOptedOutOfEmail", "DND", "Do not call"])
def test_an_opt_out_is_never_taken_for_consent(header):
    _, suggestions = suggest([header], [("true",)])

    assert suggestions[0].target == ""
    assert "the opposite of consent" in suggestions[0].why


def test_cards_need_nobody_to_say_what_their_columns_are():
    _, suggested = targets(list(HEADERS))

    assert "" not in suggested.values()
    assert len(set(suggested.values())) == len(HEADERS)


@pytest.mark.parametrize("path", shared("crm_exports", "**/*.csv"), ids=lambda path: path.name)
def test_every_table_of_a_real_program_gets_one_suggestion_a_column_and_no_target_twice(path):
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        headers, *sample = list(csv.reader(line.replace("\0", "") for line in file))[:21]
    _, suggestions = suggest(headers, sample)
    given = Counter(one.target for one in suggestions if one.target)

    assert [one.column for one in suggestions] == list(range(len(headers)))
    assert max(given.values(), default=1) == 1


def test_the_table_speaks_of_targets_that_are():
    for origin in origins():
        assert set(origin.columns.values()) - {""} <= KEYS
    assert set(synonyms().values()) - {""} <= KEYS


def test_tags_stand_between_any_of_four_signs():
    assert tags_of("VIP; roof, gutter|VIP") == ("VIP", "roof", "gutter")
    assert tags_of("* myContacts ::: Clients ::: * starred") == ("Clients",)
    assert tags_of(" ;, ") == ()
