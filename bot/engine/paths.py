"""Where the engine's files stand.  One model a folder: Rasa serves any other file of it when the wanted one is missing."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "models"
MODEL_NAME = "mulgil"
MODEL = MODELS / f"{MODEL_NAME}.tar.gz"
STAMP = MODELS / f"{MODEL_NAME}.sha256"
CONFIG = ROOT / "config.yml"
DOMAIN = ROOT / "domain.yml"
DATA = ROOT / "nlu_data"
ENGINE = ROOT / "bot" / "engine"
CREDENTIALS = ENGINE / "credentials.yml"
ENDPOINTS = ENGINE / "endpoints.yml"
# What a trained model depends on beside config, domain and data.
SOURCES = (
    ENGINE,
    ROOT / "bot" / "guard",
    ROOT / "bot" / "masking",
    ROOT / "bot" / "encoder" / "examples.py",
    ROOT / "bot" / "encoder" / "reader.py",
    ROOT / "bot" / "encoder" / "pieces.py",
    ROOT / "bot" / "encoder" / "weights" / "manifest.json",
    ROOT / "api" / "catalogue" / "data" / "needs.yml",
)
