"""Opportunities: finding, reading, creating, and the few things Lever lets one change.

A change answers None: Lever's answers to changes come with the contact's fields blank (recorded answers).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from .artefacts import file_part
from .calls import PAGE_LIMIT, Calls, object_in, parsed, path_to
from .filters import OpportunityFilter
from .paging import Page
from .types import Created, NewOpportunity, Opportunity, ResumeFile, to_ms

EVERYBODY = OpportunityFilter()
EXPANDED = {"expand": "applications"}


class Opportunities(Calls):
    def opportunities(self, filters: OpportunityFilter = EVERYBODY, /, **more: Any) -> Iterator[Opportunity]:
        """All that fit, each once; keywords are those of OpportunityFilter. For long lists take pages."""
        asked = replace(filters, **more)
        return self._all("/opportunities", Opportunity.parse, {**asked.params(), **EXPANDED})

    def opportunity_page(
        self,
        *,
        filters: OpportunityFilter = EVERYBODY,
        offset: str | None = None,
        limit: int = PAGE_LIMIT,
    ) -> Page[Opportunity]:
        """One page, for a crawl that can be resumed; OffsetRefused when the token is no longer good."""
        params = {**filters.params(), **EXPANDED}
        return self._page("/opportunities", Opportunity.parse, params, offset, limit)

    def opportunity(self, opportunity_id: str) -> Opportunity:
        return self._one(path_to("opportunities", opportunity_id), Opportunity.parse, EXPANDED)

    def deleted_opportunities(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> Iterator[Opportunity]:
        params = {
            "deleted_at_start": since and to_ms(since),
            "deleted_at_end": until and to_ms(until),
        }
        return self._all("/opportunities/deleted", Opportunity.parse, params)

    def create_opportunity(
        self,
        new: NewOpportunity,
        *,
        perform_as: str,
        resume: ResumeFile | None = None,
        send_before: float | None = None,
    ) -> Created:
        """Makes one more opportunity, always: Lever knows no idempotency and finds known people by email alone.

        A résumé can be given here and never later. The answer lacks `opportunityLocation`.
        """
        body = new.body()
        answer = self.http.request(
            "POST",
            "/opportunities",
            params={"perform_as": perform_as},
            json=body if resume is None else None,
            data=None if resume is None else form_of(body),
            files=None if resume is None else [file_part("resumeFile", resume)],
            send_before=send_before,
        )
        opportunity = parsed(answer, object_in(answer), Opportunity.parse)
        return Created(opportunity, deduped=answer.data.get("deduped") is True)

    def set_stage(
        self,
        opportunity_id: str,
        stage_id: str,
        *,
        perform_as: str | None = None,
        send_before: float | None = None,
    ) -> None:
        self._change("PUT", opportunity_id, "stage", {"stage": stage_id}, perform_as, send_before)

    def archive(
        self,
        opportunity_id: str,
        reason_id: str | None,
        *,
        perform_as: str | None = None,
        clean_interviews: bool = False,
        send_before: float | None = None,
    ) -> None:
        """Without a reason the opportunity is taken out of the archive."""
        body = {"reason": reason_id, "cleanInterviews": clean_interviews}
        self._change("PUT", opportunity_id, "archived", body, perform_as, send_before)

    def add_links(
        self,
        opportunity_id: str,
        links: Sequence[str],
        *,
        perform_as: str | None = None,
        send_before: float | None = None,
    ) -> None:
        """Links are the contact's: they show on all the person's opportunities."""
        self._change("POST", opportunity_id, "addLinks", {"links": list(links)}, perform_as, send_before)

    def remove_links(
        self,
        opportunity_id: str,
        links: Sequence[str],
        *,
        perform_as: str | None = None,
        send_before: float | None = None,
    ) -> None:
        self._change("POST", opportunity_id, "removeLinks", {"links": list(links)}, perform_as, send_before)

    def add_tags(
        self,
        opportunity_id: str,
        tags: Sequence[str],
        *,
        perform_as: str | None = None,
        send_before: float | None = None,
    ) -> None:
        """Unknown tags are made, for ever, case and all."""
        self._change("POST", opportunity_id, "addTags", {"tags": list(tags)}, perform_as, send_before)

    def remove_tags(
        self,
        opportunity_id: str,
        tags: Sequence[str],
        *,
        perform_as: str | None = None,
        send_before: float | None = None,
    ) -> None:
        self._change("POST", opportunity_id, "removeTags", {"tags": list(tags)}, perform_as, send_before)

    def add_sources(
        self,
        opportunity_id: str,
        sources: Sequence[str],
        *,
        perform_as: str | None = None,
        send_before: float | None = None,
    ) -> None:
        body = {"sources": list(sources)}
        self._change("POST", opportunity_id, "addSources", body, perform_as, send_before)

    def _change(
        self,
        method: str,
        opportunity_id: str,
        aspect: str,
        body: Mapping[str, Any],
        perform_as: str | None,
        send_before: float | None,
    ) -> None:
        self.http.request(
            method,
            path_to("opportunities", opportunity_id, aspect),
            params={"perform_as": perform_as},
            json=body,
            send_before=send_before,
        )


def form_of(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A JSON body as form parts: one part an element, named `emails[]`; phones as JSON text.

    Lever's documentation gives the brackets; the phones are as a public client sends them.
    """
    parts: list[tuple[str, str]] = []
    for name, value in body.items():
        if isinstance(value, list):
            parts.extend((f"{name}[]", _part(item)) for item in value)
        else:
            parts.append((name, _part(value)))
    return parts


def _part(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
