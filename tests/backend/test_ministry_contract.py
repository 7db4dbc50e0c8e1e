"""The published contract and the running service are the same thing."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import yaml
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, settings
from ministry_harness import Client, Ministry, opened
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig

import backend
from backend.app import create_app, routers
from backend.identity import Registry
from backend.log import Event
from backend.post import MailRoom
from backend.problems import KINDS
from backend.storage.models import Base
from backend.tus import Uploads

ROOT = Path(backend.__file__).parent
CONTRACT: dict[str, Any] = yaml.safe_load((ROOT / "openapi.yaml").read_text("utf-8"))
VERBS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


def test_the_routes_are_exactly_those_of_the_contract(tmp_path: Path) -> None:
    service = opened(tmp_path)
    try:
        groups = routers(service, Uploads(service), MailRoom(service), Registry(service))
        mounted = create_app(service).routes
    finally:
        service.close()
    routes = [route for group in groups for route in group.routes]
    served = {(verb, route.path) for route in routes if isinstance(route, APIRoute) for verb in route.methods}
    promised = {(verb.upper(), path) for path, item in CONTRACT["paths"].items() for verb in item if verb in VERBS}
    assert served == promised
    assert len(served) == len(routes)
    assert len(mounted) == len(groups), "the framework has mounted something of its own"


def test_every_problem_code_is_published_and_no_other() -> None:
    assert set(CONTRACT["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]) == set(KINDS)


def test_the_migrations_make_exactly_the_models(tmp_path: Path) -> None:
    service = opened(tmp_path)
    try:
        with service.database.engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    finally:
        service.close()


def test_the_migrations_can_be_written_for_postgresql(capsys: pytest.CaptureFixture[str]) -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "storage" / "migrations"))
    config.attributes["dialect"] = "postgresql"
    command.upgrade(config, "head", sql=True)
    written = capsys.readouterr().out
    assert "CREATE TABLE dossiers" in written
    assert "CREATE TRIGGER history_append_only" in written


def test_event_names_are_one_list_without_doubles() -> None:
    assert len({event.value for event in Event}) == len(list(Event))
    sources = "\n".join(path.read_text("utf-8") for path in ROOT.rglob("*.py"))
    unused = [event.name for event in Event if not re.search(rf"Event\.{event.name}\b", sources)]
    assert unused == []


# How a request may be refused though the schema has nothing against it, since no schema can say: a request for a certificate
# that is signed, an interval of days in order, room for so many bytes.
BEYOND_SCHEMA = {
    "/v1/certificates": (422,),
    "/v1/enrolments": (422,),
    "/v1/calendar": (422,),
    "/v1/measures": (422,),
    "/files/": (413,),
}
# tus wants 412 for a version that is not said.
CONFIG = SchemathesisConfig.from_dict(
    {"checks": {"missing_required_header": {"expected-statuses": [400, 403, 412, 415, 422]}}}
)
SCHEMA = schemathesis.openapi.from_path(str(ROOT / "openapi.yaml"), config=CONFIG)
EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "0"))
#: In CI the same questions every time, so that they cannot fail by chance; `make fuzz-service` asks others.
BOUNDED = settings(
    max_examples=EXAMPLES or 8, derandomize=not EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck)
)


@schemathesis.serializer("application/offset+octet-stream")
def as_bytes(_context: schemathesis.SerializationContext, value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


@pytest.fixture(scope="module")
def prober(ministry: Ministry) -> Client:
    """A kiosk of its own: its wrong questions must not slow the other tests' tracking."""
    ministry.run("issue-certificate", "prober")
    return Client(ministry, "prober", "kiosk-prober")


def answer(case: schemathesis.Case, client: Client) -> schemathesis.Response:
    return case.call(base_url=client.url, session=client.http, verify=client.http.verify, cert=client.http.cert)


def judged(case: schemathesis.Case, client: Client, *without: str) -> None:
    """Asks, and holds the answer against every check there is, but for those named."""
    given = answer(case, client)
    left_out = {*without}
    if given.status_code in BEYOND_SCHEMA.get(case.path, ()):
        left_out.add("positive_data_acceptance")
    if given.status_code == 413:
        # Nonsense may also be too long to be looked at, which the library does not count among refusals.
        left_out.add("negative_data_rejection")
    case.validate_response(given, checks=[check for check in CHECKS.get_all() if check.__name__ not in left_out])


@SCHEMA.include(path_regex="^/v1/").parametrize()
@BOUNDED
def test_what_the_contract_allows_is_answered_as_promised_and_the_rest_is_refused(
    case: schemathesis.Case, prober: Client
) -> None:
    judged(case, prober)


# HTTP lets headers pass that nobody asked for, and tus answers a wrong version with 412: neither is a promise broken.
@SCHEMA.include(path_regex="^/files/").parametrize()
@BOUNDED
def test_uploads_are_answered_as_promised(case: schemathesis.Case, prober: Client) -> None:
    judged(case, prober, "negative_data_rejection")
