"""What every worker needs, imported once by the server that they are forked from."""

import dateparser  # noqa: F401
import onnxruntime  # noqa: F401
import spacy  # noqa: F401

import pipeline.flow  # noqa: F401
