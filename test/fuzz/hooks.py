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
    if isinstance(body, dict):
        # No schema knows what time it is.
        soon = datetime.now(timezone.utc) + timedelta(days=1)
        for name in ("scheduled_scale_up", "until", "transition"):
            if is_time(body.get(name)):
                body[name] = soon.isoformat(timespec="seconds")
        # Nor does one know what a cron line or a time zone is.
        for name in ("scale_down", "scale_up"):
            if isinstance(body.get(name), str):
                body[name] = "0 22 * * *"
            elif isinstance(body.get(name), list) and all(isinstance(line, str) for line in body[name]):
                body[name] = ["0 22 * * *" for _ in body[name]]
        if isinstance(body.get("time_zone"), str):
            body["time_zone"] = "Asia/Tokyo"


def is_timeout(value):
    return re.fullmatch(r"\d+", str(value)) is not None and 1 <= int(str(value)) <= LONGEST_WAIT_SECONDS


def is_time(value):
    return isinstance(value, str) and A_TIME.match(value) is not None
