"""The action server: rasa-sdk's executor behind a small ASGI app of our own.

rasa-sdk's own server listens on every interface and answers a failed action with the whole request, the
client's words included; this one listens on loopback and says only that the action failed.
"""

from __future__ import annotations

import json
import logging
import zlib
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionMissingDomainException, ActionNotFoundException

from actions.asides import ActionAnswerAside, ActionRepeat, ActionShowRecord, ActionTell
from actions.ask_next import ActionAskNext
from actions.hear import ActionHear, ActionOpen
from actions.leaving import ActionErase, ActionHandOver, ActionRest
from actions.records_client import RecordsClient
from actions.session_start import ActionSessionStart
from actions.settings import Settings
from actions.why import ActionExplainWhy

log = logging.getLogger("mulgil.actions")

ACTIONS = (
    ActionSessionStart,
    ActionOpen,
    ActionHear,
    ActionExplainWhy,
    ActionHandOver,
    ActionRest,
    ActionErase,
    ActionShowRecord,
    ActionTell,
    ActionAnswerAside,
    ActionRepeat,
)


def create_app(settings: Settings) -> FastAPI:
    """Build the app; one executor, every action registered once."""
    executor = ActionExecutor()
    for action in ACTIONS:
        executor.register_action(action())
    executor.register_action(ActionAskNext(RecordsClient(settings)))
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/webhook")
    async def webhook(request: Request) -> Response:
        body = await request.body()
        if request.headers.get("content-encoding") == "deflate":
            body = zlib.decompress(body)
        call: dict[str, Any] = json.loads(body)
        name = call.get("next_action")
        try:
            result = await executor.run(call)
        except ActionExecutionRejection as rejected:
            return JSONResponse({"error": rejected.message, "action_name": rejected.action_name}, 400)
        except ActionNotFoundException:
            return JSONResponse({"error": "no such action", "action_name": name}, 404)
        except ActionMissingDomainException:
            return JSONResponse({"error": "domain needed", "action_name": name}, 449)
        except Exception as error:
            # The trace's own frames are safe; the exception's text could quote the client, so it is left out.
            log.error("action %s failed: %s at %s", name, type(error).__name__, _place(error))
            return JSONResponse({"error": "action failed", "action_name": name}, 500)
        return JSONResponse(result.model_dump() if result else {"events": [], "responses": []})

    return app


def _place(error: BaseException) -> str:
    """File and line where an exception was raised, without its message."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    if trace is None:
        return "?"
    code = trace.tb_frame.f_code
    return f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
