"""What the API says of itself: OpenAPI 3.1, written by hand over the schemas that the server checks with."""

from __future__ import annotations

from typing import Any, Final

from clientela.loyalty import json_forms
from clientela.strict_json import Shape

Description = dict[str, Any]

MEMBERS: Final[Description] = {
    "type": "object",
    "required": ["members"],
    "additionalProperties": False,
    "properties": {
        "members": json_forms.rows_of("Member"),
        "renew": {"type": "boolean"},
        "forgotten": json_forms.rows_of("Erasure"),
        "consents": {
            **json_forms.rows_of("FriendConsent"),
            "description": "What friends whom the server knows said in the shop.",
        },
    },
}
SALES: Final[Description] = {
    "type": "object",
    "required": ["as_of", "sales"],
    "additionalProperties": False,
    "properties": {"as_of": {"type": "string", "format": "date"}, "sales": json_forms.rows_of("Outcome")},
}
INVITATIONS: Final[Description] = {
    "type": "object",
    "required": ["members"],
    "additionalProperties": False,
    "properties": {"members": json_forms.rows_of("Invited")},
}
PAGE: Final[Description] = {
    "type": "object",
    "required": ["events", "next", "more"],
    "additionalProperties": False,
    "properties": {
        "events": {"type": "array", "items": json_forms.schema("Event")},
        "next": {"type": "string", "description": "Give it back as `since` to go on from here."},
        "more": {"type": "boolean"},
    },
}
EVENT: Final[Description] = {
    "type": "object",
    "required": ["type"],
    "description": "One fact. Fields depend on the type; a reader leaves out types and fields that it does "
    "not know. `clicks` are a day's totals of a link: the latest win.",
    "properties": {
        "type": {
            "type": "string",
            "description": "member, link, claim, consent, redemption, reward, flag, clicks",
        },
        "at": {"type": "string", "format": "date-time"},
    },
}
PROBLEM: Final[Description] = {
    "type": "object",
    "description": "RFC 9457. It names places and rules, never anybody's data.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
    },
}
BODIES: Final = {"Members": MEMBERS, "Sales": SALES}
"""Bodies of the calls that bring something."""

SHAPES: Final = {name: Shape(schema, json_forms.SCHEMAS) for name, schema in BODIES.items()}
"""What such a body is compared with."""

COMPONENTS: Final[dict[str, Description]] = {
    **json_forms.SCHEMAS,
    **BODIES,
    "Invitations": INVITATIONS,
    "Page": PAGE,
    "Event": EVENT,
    "Problem": PROBLEM,
}

_FAULTS: Final = {
    "400": "It cannot be read: no JSON, a field twice, a number without end.",
    "401": "No key, or one that opens nothing.",
    "403": "A key of another scope.",
    "408": "It did not arrive within a minute.",
    "411": "It does not say how long it is, or comes in chunks.",
    "413": "Over 4 MiB.",
    "415": "The body is not application/json.",
    "422": "It can be read and cannot be done: another shape, an unknown field, a key used for another "
    "request, a cursor that was never given.",
    "429": "Too many wrong keys from here.",
    "503": "The store takes no write just now; nothing was done. Try again.",
}


def _json(name: str) -> Description:
    return {"application/json": {"schema": json_forms.schema(name)}}


def _answers(name: str, what: str, *faults: str) -> Description:
    problem = {"application/problem+json": {"schema": json_forms.schema("Problem")}}
    return {"200": {"description": what, "content": _json(name)}} | {
        status: {"description": _FAULTS[status], "content": problem} for status in faults
    }


_WRITE_FAULTS: Final = ("400", "401", "403", "408", "411", "413", "415", "422", "429", "503")
_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "16 to 128 letters, digits or _ . : - made by the client, kept for seven days. The same "
    "key with the same body gets the same answer and does nothing again; with another body, 422.",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9_.:-]{16,128}$"},
}


def _write(name: str, summary: str, more: str, answer: str, what: str) -> Description:
    return {
        "operationId": f"post{name}",
        "summary": summary,
        "description": more,
        "parameters": [_KEY],
        "requestBody": {"required": True, "content": _json(name)},
        "responses": _answers(answer, what, *_WRITE_FAULTS),
    }


_EVENTS: Final[Description] = {
    "operationId": "getEvents",
    "summary": "What has happened since a cursor, oldest first.",
    "parameters": [
        {
            "name": "since",
            "in": "query",
            "description": "The cursor of the page before; left out, from the beginning.",
            "schema": {"type": "string", "maxLength": 200},
        },
        {
            "name": "limit",
            "in": "query",
            "description": "How many at most.",
            "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 500},
        },
    ],
    "responses": _answers("Page", "A page of facts.", "400", "401", "403", "422", "429", "503"),
}

PATHS: Final[dict[str, Description]] = {
    "/api/events": {"get": _EVENTS},
    "/api/members": {
        "post": _write(
            "Members",
            "Bring up to 1,000 fans and customers, with their consents.",
            "A customer who is there already keeps link and code; the rest is brought up to date. A "
            "portal_token is only told once: for a new member, or with `renew`, which needs an "
            "Idempotency-Key. `status` paused closes the links, erased takes the person out of the store.",
            "Invitations",
            "Every member's link and code, in the order given; those erased are left out.",
        )
    },
    "/api/sales": {
        "post": _write(
            "Sales",
            "Say what the sales files know of up to 1,000 claims.",
            "The latest word on a claim counts; saying it again changes nothing.",
            "Applied",
            "How many claims changed.",
        )
    },
    "/api/openapi.json": {
        "get": {
            "operationId": "getDescription",
            "summary": "This description.",
            "security": [],
            "responses": {
                "200": {
                    "description": "OpenAPI 3.1.",
                    "content": {"application/json": {"schema": {"type": "object"}}},
                }
            },
        }
    },
}


def document(base_url: str = "") -> Description:
    """Return the whole description.

    Args:
        base_url: the server's public address; may be empty.
    """
    from importlib.metadata import version

    return {
        "openapi": "3.1.0",
        "info": {
            "title": "clientela referral server",
            "version": version("clientela"),
            "summary": "For the shop's own machine: brings members and outcomes, reads what happened.",
            "description": "Fields that are not described are refused, so that a slip of the pen is found. "
            "Errors are RFC 9457 problem details.",
        },
        "servers": [{"url": base_url or "/"}],
        "security": [{"key": []}],
        "paths": PATHS,
        "components": {
            "schemas": COMPONENTS,
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A key of scope sync: `clientela referral key new --scope sync`.",
                }
            },
        },
    }
