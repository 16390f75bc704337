"""Three plain readers of needs, trained on the same messages as ours and scored on the same held-out authors.

    .venv-engine/bin/python -m bench.baselines [--diet-epochs N]

1. Keyword rules: a need is found where its topic is named.
2. Character n-grams (1 to 4) with one logistic regression a need.
3. Rasa's default pipeline: white space, word and letter counts, DIET; needs are joined to one multi-intent a
   message ("debt+housing"), which is the only way for it to answer several.

Prints them beside our own readers, as bench.understanding last measured these, and writes
bench/results/baselines.json.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import yaml

from bench.scores import Read, by_group, score_needs
from bench.understanding import HELD_OUT, RESULTS, UNKNOWN_AUTHORS, messages_of, noisy
from bot.engine import paths
from bot.engine.quiet import keep_quiet, set_environment

NEEDS_DATA = paths.DATA / "needs"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
JOINT, NOTHING = "+", "nothing"
DIET_EPOCHS = 40
KEPT = ("micro_f1", "macro_f1", "exact", "three_or_more", "false_need")
PIPELINE = """
recipe: default.v1
language: ko
pipeline:
  - name: WhitespaceTokenizer
    intent_tokenization_flag: true
    intent_split_symbol: "+"
  - name: RegexFeaturizer
  - name: LexicalSyntacticFeaturizer
  - name: CountVectorsFeaturizer
  - name: CountVectorsFeaturizer
    analyzer: char_wb
    min_ngram: 1
    max_ngram: 4
  - name: DIETClassifier
    epochs: {epochs}
    entity_recognition: false
    random_seed: 7
policies:
  - name: RulePolicy
"""


def training_messages() -> list[dict[str, Any]]:
    """What our own readers learn from."""
    return [
        {**entry["metadata"], "text": entry["examples"].removeprefix("- ").strip()}
        for path in sorted(NEEDS_DATA.glob("*.yml"))
        for entry in yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)["nlu"]  # noqa: S506
    ]


def keywords() -> Callable[[str], list[str]]:
    """A need is found where its topic is named."""
    from bot.engine.topics import TOPICS

    return lambda text: [need for need, topic in TOPICS.items() if topic.search(text)]


def letters(messages: Sequence[dict[str, Any]]) -> Callable[[str], list[str]]:
    """Character n-grams and a regression a need, at even odds."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), min_df=2, sublinear_tf=True)
    matrix = vectorizer.fit_transform([message["text"] for message in messages])
    needs = sorted({need for message in messages for need in message["needs"]})
    heads = {
        need: LogisticRegression(C=20, solver="liblinear", class_weight="balanced", random_state=7).fit(
            matrix, [need in message["needs"] for message in messages]
        )
        for need in needs
    }

    def read(text: str) -> list[str]:
        row = vectorizer.transform([text])
        return [need for need, head in heads.items() if head.predict(row)[0]]

    return read


def diet(messages: Sequence[dict[str, Any]], epochs: int, folder: Path) -> Callable[[str], list[str]]:
    """Rasa's default pipeline, trained on multi-intents."""
    import asyncio

    import rasa.model_training
    from rasa.core.agent import Agent

    by_intent: dict[str, list[str]] = {}
    for message in messages:
        by_intent.setdefault(JOINT.join(sorted(message["needs"])) or NOTHING, []).append(message["text"])
    nlu = {
        "version": "3.1",
        "nlu": [{"intent": i, "examples": "".join(f"- {t}\n" for t in ts)} for i, ts in by_intent.items()],
    }
    (folder / "nlu.yml").write_text(yaml.safe_dump(nlu, allow_unicode=True, width=10_000), encoding="utf-8")
    (folder / "domain.yml").write_text(
        yaml.safe_dump({"version": "3.1", "intents": sorted(by_intent)}), encoding="utf-8"
    )
    (folder / "config.yml").write_text(PIPELINE.format(epochs=epochs), encoding="utf-8")
    model = rasa.model_training.train_nlu(
        str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder), domain=str(folder / "domain.yml")
    )
    agent = Agent.load(model)

    def read(text: str) -> list[str]:
        found = asyncio.run(agent.parse_message(text))["intent"]["name"] or NOTHING
        return [] if found == NOTHING else found.split(JOINT)

    return read


def score(read: Callable[[str], list[str]], wanted: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The figures of one reader, registers last."""
    found = []
    for message in wanted:
        started = time.process_time()
        needs = read(message["text"])
        took = 1000 * (time.process_time() - started)
        found.append(Read(message, {"needs": [{"id": need} for need in needs], "negated": []}, took))
    times = sorted(item.cpu_ms for item in found)
    figures = score_needs(found)
    return {
        **{key: figures[key] for key in KEPT},
        "cpu_ms_p95": round(times[int(len(times) * 0.95)], 1),
        "by register": by_group(found, lambda message: message["register"]),
    }


def our_own() -> dict[str, Any]:
    """What bench.understanding has measured of our readers; empty where it has not run."""
    path = RESULTS / "understanding.json"
    if not path.is_file():
        return {}
    figures = json.loads(path.read_text(encoding="utf-8"))
    needs = figures["needs, unknown authors"]
    noise = figures["needs, unknown authors, noisy"]["micro_f1"]
    registers = figures["by register, unknown authors"]
    return {**{key: needs[key] for key in KEPT}, "noisy": noise, "by register": registers}


def show(name: str, figures: dict[str, Any]) -> None:
    """One reader, two lines."""
    registers = figures.get("by register", {})
    print(f"{name}: " + "  ".join(f"{key} {value}" for key, value in figures.items() if key != "by register"))
    print("    " + "  ".join(f"{key} {value:.2f}" for key, value in registers.items()), flush=True)


def main(arguments: Sequence[str] = ()) -> int:
    """The command."""
    import random

    parser = argparse.ArgumentParser(prog="bench.baselines", description=__doc__.splitlines()[0])
    parser.add_argument("--diet-epochs", type=int, default=DIET_EPOCHS, help="0 leaves DIET out")
    options = parser.parse_args(arguments)
    set_environment()
    os.chdir(paths.ROOT)
    keep_quiet()
    messages = training_messages()
    wanted = [message for name in UNKNOWN_AUTHORS for message in messages_of(HELD_OUT / f"{name}.jsonl")]
    dice = random.Random(7)
    worse = [noisy(message, dice) for message in wanted]
    results = {}
    with tempfile.TemporaryDirectory() as scratch:
        makers = {"keyword rules": keywords, "character n-grams": lambda: letters(messages)}
        if options.diet_epochs:
            makers["Rasa default (DIET)"] = lambda: diet(messages, options.diet_epochs, Path(scratch))
        for name, make in makers.items():
            started = time.monotonic()
            reader = make()
            trained = round(time.monotonic() - started)
            results[name] = {**score(reader, wanted), "noisy": score(reader, worse)["micro_f1"], "train_s": trained}
            show(name, results[name])
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / "baselines.json").write_text(json.dumps(results, indent=1), encoding="utf-8")
    show("Mulgil", our_own())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
