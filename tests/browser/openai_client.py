"""Calls a server with PyPI's openai: python3 openai_client.py URL KEY REQUEST WAV. Prints what it got as JSON."""

import json
import sys

import openai

url, key, request = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])


def client(key):
    return openai.OpenAI(base_url=url, api_key=key, max_retries=0)


def error_of(key, fields):
    try:
        client(key).completions.create(**{**request, **fields})
    except openai.APIStatusError as error:
        return f"{type(error).__name__} {error.param}"


own = client(key)


def transcript(**fields):
    return own.audio.transcriptions.create(model="tones", file=open(sys.argv[4], "rb"), **fields)


print(json.dumps({
    "models": [model.id for model in own.models.list()],
    "model": own.models.retrieve(request["model"]).id,
    "transcript": transcript().text,
    "words": [word.word for word in transcript(response_format="verbose_json").words],
    "subtitles": [transcript(response_format=form).splitlines()[-2] for form in ["srt", "vtt"]],
    "events": [event.type for event in transcript(stream=True)][-2:],
    "whole": own.completions.create(**request).choices[0].text,
    "streamed": "".join(part.choices[0].text for part in own.completions.create(**request, stream=True)),
    "errors": [
        error_of(key, {"temperature": -1}),
        error_of(key, {"model": "other"}),
        error_of("wrong", {}),
    ],
}))
