"""boto3: both of Bedrock's streams, and their bytes. It has no async client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from tests.sdk.bodies import body
from tests.sdk.replay import (
    Source,
    cut_off,
    each_cutting,
    each_source,
    expected,
    heard,
    is_left,
    provider,
    sdk,
)

boto3 = sdk("boto3")
urllib3 = sdk("urllib3")  # what it runs on
SDK = "boto3"

CONVERSE = body("bedrock_converse")
INVOKE_MODEL = body("bedrock_invoke")
MESSAGES = [{"role": "user", "content": [{"text": "go"}]}]
HEARD = expected()


def client_at(url: str) -> Any:
    client = boto3.client(
        "bedrock-runtime",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="k",
        aws_secret_access_key="s",
    )
    return closing(client)


@contextmanager
def converse(url: str) -> Iterator[Any]:
    with client_at(url) as client:
        yield client.converse_stream(modelId="m", messages=MESSAGES)["stream"]


@contextmanager
def invoke(url: str) -> Iterator[Any]:
    with client_at(url) as client:
        yield client.invoke_model_with_response_stream(modelId="m", body=b"{}")["body"]


@contextmanager
def bytes_(url: str) -> Iterator[Any]:
    with urllib3.PoolManager() as pool:
        response = pool.request("POST", f"{url}/model/m/converse-stream", preload_content=False)
        yield response.stream()


SOURCES = (
    Source("converse", CONVERSE, HEARD, converse),
    Source("converse bytes", CONVERSE, HEARD, bytes_),
    Source("invoke", INVOKE_MODEL, HEARD, invoke),
    Source("invoke bytes", INVOKE_MODEL, HEARD, bytes_),
)


@each_source(*SOURCES)
@each_cutting
def test_its_streams_give_the_calls(source: Source, cutting: int) -> None:
    with provider(source.body, cutting) as server, source.open(server.url) as messages:
        assert heard(messages) == source.heard


@cut_off
@each_source(*SOURCES)
def test_a_call_without_an_end_is_not_complete(source: Source) -> None:
    with provider(source.body.cut_off()) as server, source.open(server.url) as messages:
        found = heard(messages)
    assert found.failed
    assert "get_weather" not in found.completed


@each_source(*SOURCES)
def test_leaving_early_closes_the_connection(source: Source) -> None:
    with provider(source.body, endless=True) as server, source.open(server.url) as messages:
        assert is_left(messages, server)
