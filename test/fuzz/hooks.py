"""Hooks of schemathesis: OpenAPI 3.1 cannot say what these requests need besides their schemas."""

import re
from datetime import datetime, timedelta, timezone

import schemathesis

A_TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$", re.IGNORECASE)
LONGEST_WAIT_SECONDS = 220


@schemathesis.hook
def before_call(context, case, kwargs):
    query, body = case.query, case.body
    if isinstance(query, dict) and is_timeout(query.get("timeout")):
        if query.get("wait") == "ready":
            # It may wait for minutes, as it was asked to. A second shows as much.
            query["timeout"] = 1
        elif "wait" not in query:
            # One parameter that needs another: https://github.com/OAI/OpenAPI-Specification/issues/256
            del query["timeout"]
    elif isinstance(query, dict) and query.get("wait") == "ready" and "timeout" not in query:
        query["timeout"] = 1
    if isinstance(body, dict) and is_time(body.get("scheduled_scale_up")):
        # No schema knows what time it is.
        soon = datetime.now(timezone.utc) + timedelta(days=1)
        body["scheduled_scale_up"] = soon.isoformat(timespec="seconds")


def is_timeout(value):
    return re.fullmatch(r"\d+", str(value)) is not None and 1 <= int(str(value)) <= LONGEST_WAIT_SECONDS


def is_time(value):
    return isinstance(value, str) and A_TIME.match(value) is not None
