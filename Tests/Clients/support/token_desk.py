"""Where service accounts get their tokens."""

import base64
import json

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from fake_provider import Answer, FakeProvider, Request, whole


class TokenDesk(FakeProvider):
    """Google's address for tokens: counts them, and lets nobody in whose assertion is not well signed."""

    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
        self.assertions: list[dict] = []
        self.expires_in, self.fails, self.repeats, self.delay = 3_600, False, False, 0.0
        super().__init__(self.grant)

    @property
    def url(self) -> str:
        return f"{super().url}/token"

    def key_file(self) -> str:
        pem = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return json.dumps({
            "type": "service_account", "project_id": "file-project", "private_key_id": "key-1",
            "private_key": pem.decode(), "client_email": "robot@example.iam.gserviceaccount.com", "token_uri": self.url})

    def grant(self, request: Request) -> Answer:
        fields = dict(pair.split("=", 1) for pair in request.body.decode().split("&"))
        head, claims, signature = fields["assertion"].split(".")

        def decoded(text):
            return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

        self.key.public_key().verify(
            decoded(signature), f"{head}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256())
        with self.lock:
            self.assertions.append({"head": json.loads(decoded(head)), "claims": json.loads(decoded(claims)), **fields})
            number = len(self.assertions)
        if self.fails:
            repeated = f" {fields['assertion']}" if self.repeats else ""
            refusal = {"error": "invalid_grant", "error_description": f"Invalid JWT Signature.{repeated}"}
            return [self.delay, *whole(refusal, 400)]
        token = {"access_token": f"ya29.token-{number}", "expires_in": self.expires_in, "token_type": "Bearer"}
        return [self.delay, *whole(token)]
