"""Whoever opens the first page after a start does not wait for what can be made ready before."""

from unittest.mock import patch

import pytest
from django.test import Client
from lucide import IconDoesNotExist

from tests.cast import Business
from trellis.config.warming import warm_up
from trellis.web.icons import icon


def test_the_first_page_compiles_no_template_once_a_process_is_warm(client: Client, ridgeline: Business) -> None:
    warm_up()
    client.force_login(ridgeline.maya)
    with patch("django.template.base.Template.compile_nodelist", side_effect=AssertionError("compiled")):
        for address in ("/", "/board/", "/inbox/", "/contacts/", "/signals/", "/settings", "/people/"):
            assert client.get(address).status_code == 200


def test_an_icon_that_there_is_not_is_named() -> None:
    with pytest.raises(IconDoesNotExist, match="no icon “rooof”"):
        icon("rooof")
