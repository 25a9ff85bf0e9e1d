"""Checks that are counted, and what all suites know of the gateway."""

import os
import sys
import traceback

import boto3
from botocore import auth
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = os.environ["IDLEWILD_S3"]
ACCESS_KEY = os.environ["AWS_ACCESS_KEY_ID"]
SECRET_KEY = os.environ["AWS_SECRET_ACCESS_KEY"]

# awscrt is here for its checksums; applications sign without it.
auth.AUTH_TYPE_MAPS.update({
    "v4": auth.SigV4Auth,
    "v4-query": auth.SigV4QueryAuth,
    "s3v4": auth.S3SigV4Auth,
    "s3v4-query": auth.S3SigV4QueryAuth,
})

_checks = []


def check(what):
    """Registers a check under what it shows."""

    def register(function):
        _checks.append((what, function))
        return function

    return register


def client(**options):
    """An S3 client of the gateway."""
    settings = dict(
        region_name="idlewild",
        retries={"max_attempts": 1},
        s3={"addressing_style": "path"},
        connect_timeout=10,
        read_timeout=60,
    )
    settings.update(options.pop("config", {}))
    access = options.pop("access_key", ACCESS_KEY)
    secret = options.pop("secret_key", SECRET_KEY)
    return boto3.client(
        "s3",
        endpoint_url=ENDPOINT,
        aws_access_key_id=access,
        aws_secret_access_key=secret,
        config=Config(**settings),
        **options,
    )


def refused(code, function, *arguments, **named):
    """Asserts that a call is refused with this code of S3."""
    try:
        function(*arguments, **named)
    except ClientError as error:
        got = error.response["Error"]["Code"]
        assert got in (code if isinstance(code, tuple) else (code,)), f"refused with {got}, not {code}: {error}"
        return error
    raise AssertionError(f"it was not refused with {code}")


def run():
    """Runs all checks; the last line counts them."""
    failed = 0
    for what, function in _checks:
        try:
            function()
            print(f"ok      {what}", flush=True)
        except Exception:  # What fails is told, and the others go on.
            failed += 1
            print(f"FAILED  {what}", flush=True)
            for line in traceback.format_exc().splitlines()[-25:]:
                print(f"        {line}", flush=True)
    print(f"{len(_checks) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)
