"""A gateway that is asked over TLS."""

import http.client
import ssl

import openai

from programs import APP, Gateway


class SecureGateway(Gateway):
    """Its certificate and key are `cert.pem` and `key.pem` beside its configuration, and good for `localhost`."""

    def __init__(self, folder, configuration, authority, sandbox=None, client_certificate=None, **environment):
        self.folder = folder
        self.show(authority.issue_cert("localhost"))
        super().__init__(folder, configuration.replace("@FOLDER@", str(folder)), sandbox, **environment)
        self.url = f"https://localhost:{self.port}/v1"
        self.context = ssl.create_default_context()
        authority.configure_trust(self.context)
        if client_certificate:
            client_certificate.configure_cert(self.context)

    def show(self, certificate):
        """Puts another certificate where the gateway looks for it, the key first, as careless scripts do."""
        certificate.private_key_pem.write_to_path(self.folder / "key.pem")
        self.write_chain(b"".join(pem.bytes() for pem in certificate.cert_chain_pems))

    def write_chain(self, pem):
        (self.folder / "cert.pem").write_bytes(pem)

    def ask(self, path="/healthz", context=None):
        """The status over a connection of its own, and the connection's TLS."""
        connection = http.client.HTTPSConnection("localhost", self.port, timeout=10, context=context or self.context)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            return answer.status, connection.sock and connection.sock.version()
        finally:
            connection.close()

    def is_ready(self):
        assert self.process.poll() is None, f"{self.name} ended with {self.process.returncode}:\n{self.output()}"
        try:
            return self.ask("/readyz")[0] == 200
        except OSError:
            return False

    def client(self, key=APP, **options):
        return openai.OpenAI(
            base_url=self.url, api_key=key, max_retries=0, timeout=20, http_client=openai.DefaultHttpxClient(verify=self.context),
            **options)
