"""What nobody should send, sent: by hand over sockets where no client would."""

import os
import socket
import threading
import time
from urllib.parse import urlparse

from harness import check, client, refused, run

s3 = client()
BUCKET = "abuse"
host, port = urlparse(os.environ["IDLEWILD_S3"]).hostname, urlparse(os.environ["IDLEWILD_S3"]).port


def connect(timeout=10):
    return socket.create_connection((host, port), timeout=timeout)


def exchange(request, timeout=10):
    """Sends bytes and reads until the gateway closes the connection or a head is there."""
    with connect(timeout) as stream:
        stream.sendall(request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            piece = stream.recv(65536)
            if not piece:
                break
            answer += piece
        return answer


def status_of(answer):
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else 0


@check("requests that are none get an error and harm nobody")
def nonsense():
    s3.create_bucket(Bucket=BUCKET)
    heads = [
        b"\x00\x01\x02\x03\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n" % (b"a" * 100_000),
        b"GET /abuse/%ff%fe HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /abuse/%zz HTTP/1.1\r\nHost: x\r\n\r\n",
        b"PUT /abuse/k HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"PUT /abuse/k HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: nonsense\r\n\r\n",
        b"GET /abuse/k HTTP/1.1\r\nHost: x\r\nAuthorization: AWS4-HMAC-SHA256 Credential=/////\r\n\r\n",
        b"GET /abuse/k HTTP/1.1\r\nHost: x\r\nAuthorization: AWS4-HMAC-SHA256 \xff\xff\r\n\r\n",
    ]
    for head in heads:
        answer = exchange(head)
        assert not answer or 400 <= status_of(answer) < 600, answer[:200]
        assert b"root:" not in answer
    s3.list_buckets()


def signed(what, key):
    """The target of a presigned request."""
    return s3.generate_presigned_url(what, Params={"Bucket": BUCKET, "Key": key}, ExpiresIn=60).split(f":{port}", 1)[1]


def refusal(method, target, more=""):
    """Sends the head of a request that is refused by it: the status, and the code of S3."""
    with connect() as stream:
        stream.sendall(f"{method} {target} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n{more}\r\n".encode())
        answer = b""
        while piece := stream.recv(65536):
            answer += piece
    return status_of(answer), answer.partition(b"<Code>")[2].partition(b"</Code>")[0].decode()


@check("who may write does not say that 5 TiB come")
def too_long():
    for length in (5 << 40, (5 << 30) + 1):
        assert refusal("PUT", signed("put_object", "long"), f"Content-Length: {length}\r\n") == (400, "EntityTooLarge"), length
    refused("404", s3.head_object, Bucket=BUCKET, Key="long")


@check("who may read does not climb out of a bucket")
def climbing():
    s3.put_object(Bucket=BUCKET, Key="etc/passwd", Body=b"root:")
    for key in ("../etc/passwd", "../../etc/passwd", "a/../etc/passwd"):
        target = signed("get_object", key)
        assert "/../" in target, target
        # The signature is of the path's text, however it is escaped.
        for spelled in (target, target.replace("..", "%2e%2e", key.count("..")), target.replace("../", "..%2F", 1)):
            assert refusal("GET", spelled) == (400, "InvalidArgument"), spelled
    s3.delete_object(Bucket=BUCKET, Key="etc/passwd")


@check("XML that is none, or endless, is refused")
def xml():
    import botocore.auth
    import botocore.awsrequest
    import botocore.credentials
    import urllib.error
    import urllib.request

    keys = botocore.credentials.Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])

    def send(path, data):
        request = botocore.awsrequest.AWSRequest("POST", os.environ["IDLEWILD_S3"] + path, data=data)
        botocore.auth.S3SigV4Auth(keys, "s3", "idlewild").add_auth(request)
        plain = urllib.request.Request(request.url, data=data, method="POST", headers=dict(request.headers))
        try:
            return urllib.request.urlopen(plain, timeout=20).status
        except urllib.error.HTTPError as error:
            return error.code

    bomb = b'<!DOCTYPE a [<!ENTITY b "%s">]><Delete>%s</Delete>' % (b"x" * 1000, b"<Object><Key>&b;</Key></Object>" * 100)
    for document in (b"<Delete>", b"\xff\xfe", b"<Delete>" + b"<a>" * 100_000, bomb, b"<Delete></Nothing>"):
        assert 400 <= send(f"/{BUCKET}?delete", document) < 500, document[:40]


@check("an upload that breaks off leaves nothing")
def broken_off():
    with connect() as stream:
        stream.sendall(f"PUT {signed('put_object', 'half')} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 1000000\r\n\r\n".encode() + b"x" * 1000)
    refused("404", s3.head_object, Bucket=BUCKET, Key="half")
    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


@check("who sends nothing is cut off, and others are served meanwhile")
def slow():
    patience = float(os.environ["IDLEWILD_PATIENCE"])
    with connect(patience * 4) as stream:
        stream.sendall(b"GET /abuse HTTP/1.1\r\nHost: ")
        begun = time.time()
        s3.list_buckets()
        while stream.recv(4096):
            pass
        assert time.time() - begun < patience * 4


@check("a thousand connections at once are answered, and then others")
def many():
    streams = []
    for _ in range(1000):
        try:
            streams.append(connect())
        except OSError:
            break
    assert len(streams) == 1000, f"only {len(streams)} were taken"
    # The first may have been cut off by now, as they say nothing.
    for stream in streams[-10:]:
        stream.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert status_of(stream.recv(4096)) in (200, 403, 503)
    for stream in streams:
        stream.close()
    s3.list_buckets()


@check("as many parts as there may be, and not one more")
def parts():
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key="parts")["UploadId"]
    refused(("InvalidArgument", "InvalidPart"), s3.upload_part, Bucket=BUCKET, Key="parts", UploadId=upload, PartNumber=10_001, Body=b"x")
    refused(("InvalidArgument", "InvalidPart"), s3.upload_part, Bucket=BUCKET, Key="parts", UploadId=upload, PartNumber=0, Body=b"x")
    tag = s3.upload_part(Bucket=BUCKET, Key="parts", UploadId=upload, PartNumber=10_000, Body=b"last")["ETag"]
    s3.complete_multipart_upload(Bucket=BUCKET, Key="parts", UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 10_000, "ETag": tag}]})
    assert s3.get_object(Bucket=BUCKET, Key="parts")["Body"].read() == b"last"


@check("two who write one key at once leave one of both, whole")
def race():
    bodies = [bytes([n]) * 300_000 for n in range(8)]
    threads = [threading.Thread(target=lambda b=b: client().put_object(Bucket=BUCKET, Key="race", Body=b)) for b in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert s3.get_object(Bucket=BUCKET, Key="race")["Body"].read() in bodies


@check("a clock that is off is told so")
def skewed():
    import datetime

    import botocore.auth

    class Late(datetime.datetime):
        @classmethod
        def utcnow(cls):
            return datetime.datetime.utcnow() - datetime.timedelta(hours=1)

        @classmethod
        def now(cls, tz=None):
            return datetime.datetime.now(tz) - datetime.timedelta(hours=1)

    late = client()

    def backdate(request, **_):
        request.context["timestamp"] = "20200101T000000Z"

    real = botocore.auth.SigV4Auth.add_auth

    def add_auth(self, request):
        old = getattr(botocore.auth, "get_current_datetime", None)
        if old is not None:
            botocore.auth.get_current_datetime = lambda *a, **k: old(*a, **k) - datetime.timedelta(hours=1)
        else:
            kept, botocore.auth.datetime = botocore.auth.datetime, type("d", (), {"datetime": Late})
        try:
            return real(self, request)
        finally:
            if old is not None:
                botocore.auth.get_current_datetime = old
            else:
                botocore.auth.datetime = kept

    botocore.auth.SigV4Auth.add_auth = add_auth
    try:
        refused("RequestTimeTooSkewed", late.list_buckets)
    finally:
        botocore.auth.SigV4Auth.add_auth = real


run()
