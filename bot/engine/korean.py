"""Korean for Rasa: a blank spaCy pipeline whose tokenizer is Kiwi.

Kiwi cuts a word into morphemes; a contraction (했 = 하 + 았) gives two morphemes over the same letters.
The spaCy document keeps one token per stretch of letters, so that `doc.text == text`, and carries the
morphemes themselves in `doc.user_data`, where the readers find them.
"""

from functools import lru_cache
from typing import Any, Dict, List, Optional, Text, Type

import sklearn
import spacy
from kiwipiepy import Kiwi
from rasa.engine.graph import GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.constants import SPACY_DOCS
from rasa.nlu.tokenizers.spacy_tokenizer import SpacyTokenizer
from rasa.nlu.utils.spacy_utils import SpacyModel, SpacyNLP
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.tokens import Doc
from spacy.vocab import Vocab

from bot.engine.clauses import Morpheme

# What the readers hand to scikit-learn is their own; looking through it for NaN took a tenth of a turn.
sklearn.set_config(assume_finite=True)
MORPHEMES = "morphemes"
TOKENIZER_NAME = "mulgil.KiwiTokenizer.v1"


@lru_cache(maxsize=1)
def get_kiwi() -> Kiwi:
    """The one Kiwi of this process; without the multi-word dictionary, which would cost 180 MB."""
    return Kiwi(num_workers=1, load_multi_dict=False)


def read_morphemes(text: str) -> List[Morpheme]:
    """The morphemes of a text in order; positions count characters of `text`."""
    return [
        Morpheme(token.form, token.tag.split("-")[0], token.start, token.start + token.len)
        for token in get_kiwi().tokenize(text)
    ]


def morphemes_of(message: Message) -> List[Morpheme]:
    """The morphemes that the tokenizer left on a message, or freshly read ones."""
    doc = message.get(SPACY_DOCS[TEXT])
    kept = doc.user_data.get(MORPHEMES) if doc is not None else None
    return [Morpheme(*morpheme) for morpheme in kept] if kept is not None else read_morphemes(message.get(TEXT) or "")


class KiwiTokenizer:
    """Builds a spaCy document from Kiwi's morphemes."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: Text) -> Doc:
        """A document whose text is `text`, white space included."""
        morphemes = read_morphemes(text)
        words: List[str] = []
        lemmas: List[str] = []
        tags: List[str] = []
        position = 0
        for morpheme in morphemes:
            if morpheme.start < position or morpheme.end <= morpheme.start:
                # This morpheme shares its letters with the one before.
                if lemmas:
                    lemmas[-1] += f"+{morpheme.form}"
                    tags[-1] += f"+{morpheme.tag}"
                if morpheme.end > position and words:
                    words[-1] += text[position : morpheme.end]
                    position = morpheme.end
                continue
            _add_gap(text[position : morpheme.start], words, lemmas, tags)
            words.append(text[morpheme.start : morpheme.end])
            lemmas.append(morpheme.form)
            tags.append(morpheme.tag)
            position = morpheme.end
        _add_gap(text[position:], words, lemmas, tags)
        doc = Doc(self.vocab, words=words, spaces=[False] * len(words), lemmas=lemmas, tags=tags)
        doc.user_data[MORPHEMES] = [tuple(morpheme) for morpheme in morphemes]
        return doc


def _add_gap(gap: str, words: List[str], lemmas: List[str], tags: List[str]) -> None:
    """White space between words becomes a token of its own, which the Rasa tokenizer leaves out."""
    if gap:
        words.append(gap)
        lemmas.append(gap)
        tags.append("SPACE")


@spacy.registry.tokenizers(TOKENIZER_NAME)
def make_tokenizer() -> Any:
    """What spaCy's registry calls to build the tokenizer of a pipeline."""
    return lambda nlp: KiwiTokenizer(nlp.vocab)


@DefaultV1Recipe.register(
    [DefaultV1Recipe.ComponentType.MODEL_LOADER, DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER],
    is_trainable=False,
    model_from="KiwiSpacyNLP",
)
class KiwiSpacyNLP(SpacyNLP):
    """Gives the pipeline its spaCy documents; nothing is downloaded or read from disk."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Case is kept, so that offsets and evidence are the client's own letters."""
        return {"case_sensitive": True, "model": "ko"}

    @staticmethod
    def load_model(spacy_model_name: Text) -> SpacyModel:
        """A blank Korean pipeline with Kiwi inside."""
        language = spacy.blank("ko", config={"nlp": {"tokenizer": {"@tokenizers": TOKENIZER_NAME}}})
        return SpacyModel(model=language, model_name=f"{spacy_model_name}-kiwi")

    @staticmethod
    def ensure_proper_language_model(nlp: Optional[Any]) -> None:
        """The parent refuses pipelines that were not read from disk; ours never is."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class KiwiSpacyTokenizer(SpacyTokenizer):
    """Rasa's tokens from the documents of `KiwiSpacyNLP`."""

    @classmethod
    def required_components(cls) -> List[Type[GraphComponent]]:
        """The documents must be there first."""
        return [KiwiSpacyNLP]

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """None of the readers learns from Rasa's tokens, and ten thousand messages take half a minute."""
        return training_data
