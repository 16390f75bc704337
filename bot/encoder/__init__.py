"""The sentence encoder: multilingual-e5-small, tuned whole on our messages, as an int8 ONNX file.

`python -m bot.encoder` (or `make encoder`) makes the file anew from the data; `bot.encoder.reader` runs it.
Making it needs PyTorch and the group `encoder` of pyproject.toml; running it needs onnxruntime and numpy.
"""
