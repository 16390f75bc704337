"""A test client that proof-reads every page it opens."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from html.parser import HTMLParser

from starlette.testclient import TestClient

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
LABELLED = {"input", "select", "textarea"}


class Page(HTMLParser):
    """What the proof-reader looks at in one HTML page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = text
        self.lang: str | None = None
        self.title = ""
        self.headings: list[tuple[str, str]] = []
        self.ids: Counter[str] = Counter()
        self.fields: list[tuple[dict[str, str | None], bool]] = []
        self.labels: set[str] = set()
        self.forms: list[dict[str, object]] = []
        self.buttons: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.scripts: list[dict[str, str | None]] = []
        self.handlers: list[str] = []
        self.elements: Counter[str] = Counter()
        self.words = ""
        self._open: list[str] = []
        self._taking: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.elements[tag] += 1
        self.handlers += [name for name, _ in attrs if name.startswith("on") or name == "style"]
        if attributes.get("id"):
            self.ids[str(attributes["id"])] += 1
        if tag == "html":
            self.lang = attributes.get("lang")
        if tag == "form":
            self.forms.append(
                {
                    "method": (attributes.get("method") or "get").lower(),
                    "csrf": None,
                    "action": attributes.get("action"),
                }
            )
        if tag == "label" and attributes.get("for"):
            self.labels.add(str(attributes["for"]))
        if tag in LABELLED:
            kind = attributes.get("type")
            if kind == "hidden":
                if attributes.get("name") == "csrftoken" and self.forms:
                    self.forms[-1]["csrf"] = attributes.get("value")
            else:
                self.fields.append((attributes, "label" in self._open))
        if tag == "script":
            self.scripts.append(attributes)
        if tag in ("h1", "h2", "h3", "h4", "title", "button", "a", "text"):
            self._taking.append((tag, ""))
            if tag == "a":
                self.links.append((str(attributes.get("href")), ""))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass
        if self._taking and self._taking[-1][0] == tag:
            _, words = self._taking.pop()
            words = " ".join(words.split())
            if tag == "title" and "head" in self._open:
                self.title = words
            elif tag == "button":
                self.buttons.append(words)
            elif tag == "a":
                self.links[-1] = (self.links[-1][0], words)
            elif tag.startswith("h"):
                self.headings.append((tag, words))

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self._open):
            self.words += data
        self._taking = [(tag, words + data) for tag, words in self._taking]

    @property
    def token(self) -> str:
        """The CSRF token of the first post form."""
        return next(str(form["csrf"]) for form in self.forms if form["method"] == "post")

    def faults(self) -> list[str]:
        """Everything a proof-reader would send back; empty for a good page."""
        found = []
        first = [words for level, words in self.headings if level == "h1"]
        if self.lang != "ko":
            found.append("lang is not ko")
        if len(first) != 1 or not self.title.startswith(first[0]):
            found.append(f"the title {self.title!r} does not open with the one h1 {first}")
        found += [f"id twice: {name}" for name, times in self.ids.items() if times > 1]
        found += [
            f"no label: {attributes.get('name')}"
            for attributes, inside in self.fields
            if not inside and attributes.get("id") not in self.labels
        ]
        found += [
            f"post without token: {form['action']}"
            for form in self.forms
            if form["method"] == "post" and not form["csrf"]
        ]
        found += [
            f"empty {what}"
            for what, words in [("button", b) for b in self.buttons] + [("link", w) for _, w in self.links]
            if not words
        ]
        found += [f"inline script: {script}" for script in self.scripts if not script.get("src")]
        found += [f"inline handler or style: {name}" for name in self.handlers]
        levels = [int(level[1]) for level, _ in self.headings]
        found += [f"heading jumps from h{a} to h{b}" for a, b in itertools.pairwise(levels) if b > a + 1]
        if re.search(r"(?:을\(를\)|이\(가\)|은\(는\))", self.words):
            found.append("a particle was glued to a value")
        if "#main" not in [href for href, _ in self.links] or self.ids["main"] != 1:
            found.append("no skip link to the main part")
        return found


class ProofReader:
    """Opens pages as a counselor would, and proof-reads each."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def open(self, address: str, *, status: int = 200) -> Page:
        """GET a page; it must be a good one."""
        answer = self.client.get(address)
        assert answer.status_code == status, (answer.status_code, address)
        assert answer.headers["content-type"].startswith("text/html")
        assert answer.headers["cache-control"] == "no-store"
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        page = Page(answer.text)
        assert page.faults() == []
        return page

    def post(self, address: str, form: dict[str, object], *, status: int = 200) -> Page:
        """POST a form with the token of the page that shows it, and proof-read where it leads."""
        token = self.client.cookies.get("mulgil_csrf") or ""
        answer = self.client.post(address, data={"csrftoken": token, **form})
        assert answer.status_code == status, (answer.status_code, address)
        page = Page(answer.text)
        assert page.faults() == []
        return page

    def sign_in(self, login: str, password: str) -> Page:
        """Sign in through the form."""
        self.open("/console/login")
        return self.post("/console/login", {"login": login, "password": password})
