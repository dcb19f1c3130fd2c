/// How callers are met over TLS: files in PEM. A relative path begins at the working directory.
public struct TLSSettings: Hashable, Sendable {
    /// The server's certificate, and behind it those that lead from it to an authority.
    public var certificate: String
    public var key: String
    /// Certificates of authorities; a caller needs one that they vouch for. Nil lets all in.
    public var clients: String?

    public init(certificate: String, key: String, clients: String? = nil) {
        self.certificate = certificate
        self.key = key
        self.clients = clients
    }
}

extension YAMLCursor {
    /// Reads `{ certificate: cert.pem, key: key.pem, clients: ca.pem }`. Whether the files are any good is not looked at here.
    func tls() -> TLSSettings? {
        guard let fields = fields(of: "the 'tls' of 'server'", ["certificate", "key", "clients"]) else { return nil }
        let certificate = fields.required("certificate", "'certificate: /etc/tuppence/cert.pem'").flatMap { $0.path() }
        let key = fields.required("key", "'key: /etc/tuppence/key.pem'").flatMap { $0.path() }
        let clients = fields["clients"].flatMap { $0.path() }
        guard let certificate, let key else { return nil }
        return TLSSettings(certificate: certificate, key: key, clients: clients)
    }

    private func path() -> String? { text("the path of a file")?.value }
}
