"""A store whose disk is full: puts until none is taken, looks after what was acknowledged, makes room.

usage: full.py fill|storm|holds|drop|part RECORD

RECORD has a line for each object that was acknowledged and not deleted: its key and the hash of its bytes.
"""

import hashlib
import os
import sys
import threading

from botocore.exceptions import BotoCoreError, ClientError

from harness import client

s3 = client()
BUCKET = "full"
SIZE = 600_000
what, record = sys.argv[1:]
lock = threading.Lock()


def acknowledged():
    with open(record) as lines:
        return dict(line.split() for line in lines)


def put(key, size=SIZE):
    body = os.urandom(size)
    s3.put_object(Bucket=BUCKET, Key=key, Body=body)
    with lock, open(record, "a") as lines:
        lines.write(f"{key} {hashlib.sha256(body).hexdigest()}\n")


def fill():
    """Puts until no byte has room, of each size: what is refused is refused in words of S3's."""
    for size in (SIZE, 20_000, 1_000):
        for number in range(2_000):
            try:
                put(f"{size}/{os.getpid()}-{number}", size)
            except ClientError as error:
                status = error.response["ResponseMetadata"]["HTTPStatusCode"]
                got = error.response["Error"]
                assert (status, got["Code"]) == (507, "InsufficientStorage"), error
                assert "free some space" in got["Message"], error
                print(f"{number} objects of {size} bytes, then: {error}")
                break
        else:
            raise AssertionError("the disk took everything")


def storm():
    """Puts from several sides, whatever comes of it, until the gateway is gone."""

    def one(side):
        for number in range(10_000):
            try:
                put(f"storm/{os.getpid()}-{side}-{number}", 2_000 if side % 2 else SIZE)
            except ClientError:
                pass
            except BotoCoreError:
                return

    sides = [threading.Thread(target=one, args=(side,)) for side in range(4)]
    for side in sides:
        side.start()
    for side in sides:
        side.join()


def holds():
    """Whatever was acknowledged is there as it was, and nothing is there that is half."""
    known = acknowledged()
    for key, sum_of in known.items():
        body = s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
        assert hashlib.sha256(body).hexdigest() == sum_of, f"{key} is other bytes"
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
    listed = {item["Key"]: item["Size"] for page in pages for item in page.get("Contents", [])}
    assert not set(known) - set(listed), "the listing lacks some"
    # One whose answer nobody heard may be there, but whole.
    for key, size in listed.items():
        if key not in known:
            assert key.startswith("storm/"), f"{key} was refused, and is there"
            assert len(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()) == size
    print(f"{len(known)} objects")


def drop():
    """Deletes the large objects. Ends at the first that is refused, which is to be there still."""
    known = acknowledged()
    gone = [key for key in known if key.startswith(f"{SIZE}/")]
    try:
        for key in gone:
            s3.delete_object(Bucket=BUCKET, Key=key)
            del known[key]
    finally:
        with open(record, "w") as lines:
            lines.writelines(f"{key} {sum_of}\n" for key, sum_of in known.items())


def part():
    """One part of an upload, which has no room either."""
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key="storm/parts")["UploadId"]
    try:
        s3.upload_part(Bucket=BUCKET, Key="storm/parts", UploadId=upload, PartNumber=1, Body=bytes(6_000_000))
    finally:
        s3.abort_multipart_upload(Bucket=BUCKET, Key="storm/parts", UploadId=upload)


{"fill": fill, "storm": storm, "holds": holds, "drop": drop, "part": part}[what]()
