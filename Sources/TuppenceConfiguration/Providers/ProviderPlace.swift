import Foundation
import TuppenceCore
import TuppenceDialects

/// Where a provider is, and what it is shown: what the fields of one provider, its catalogue entry and the environment come
/// to.
struct ProviderPlace {
    private let entry: YAMLEntry
    private let fields: YAMLFields
    private let listed: Provider?
    private let environment: [String: String]
    private let dialect: Dialect
    private let host: ProviderHost

    init(
        _ entry: YAMLEntry, _ fields: YAMLFields, listed: Provider?, dialect: Dialect, host: ProviderHost,
        environment: [String: String]
    ) {
        (self.entry, self.fields, self.listed) = (entry, fields, listed)
        (self.dialect, self.host, self.environment) = (dialect, host, environment)
    }

    /// Fields that only some providers have, who they are, and whether this is one of them.
    private var particular: [(fields: [String], owners: String, isOne: Bool)] {
        [
            (["region", "access_key_id", "secret_access_key", "session_token"], "of Bedrock's dialect", isBedrock),
            (["project", "location", "credentials"], "at Vertex", host == .vertex),
            (["api_version"], "at Azure", isAzure),
        ]
    }

    private var isBedrock: Bool { dialect == .bedrock }
    private var isAzure: Bool { host.isAzure }

    /// - Returns: false, after a report, where there is something that such a provider cannot have.
    func hasOnlyItsOwnFields() -> Bool {
        var isRight = true
        for group in particular where !group.isOne {
            for name in group.fields {
                guard let cursor = fields[name] else { continue }
                cursor.report("'\(name)' is for providers \(group.owners) alone.", "Remove it from \(fields.place).")
                isRight = false
            }
        }
        return isRight
    }

    // MARK: The address

    /// - Returns: nil, after a report, where there is none.
    func baseURL(_ account: GoogleServiceAccount?) -> String? {
        var given: String?
        if let cursor = fields["base_url"] {
            guard let url = cursor.baseURL() else { return nil }
            given = url
        } else if isAzure, listed != nil, let endpoint = environment.variable("AZURE_OPENAI_ENDPOINT") {
            given = Scalar.baseURL(endpoint)
        }
        if host == .vertex { return vertex(given, account) }
        if isBedrock { return given ?? region().map(ProviderCatalog.bedrockURL) }
        if isAzure {
            guard let given else {
                entry.key.report(
                    "provider '\(entry.name)' has no 'base_url': every resource of Azure has one of its own.",
                    "Add base_url: https://<resource>.openai.azure.com, or set AZURE_OPENAI_ENDPOINT.")
                return nil
            }
            // Addresses by deployment say the rest themselves.
            return host == .azure(version: nil) && dialect != .anthropic ? given.with(path: "/openai/v1") : given
        }
        if let given { return dialect.version.map(given.with(path:)) ?? given }
        if let listed, !listed.baseURL.isEmpty { return listed.baseURL(in: environment) ?? listed.baseURL }
        if listed != nil {
            entry.key.report(
                "provider '\(entry.name)' has no 'base_url': each customer of it has an address of his own.",
                "Add 'base_url: https://…'.")
            return nil
        }
        let names = ProviderCatalog.all.map(\.id)
        let suggestion = Suggestion.sentence(for: entry.name, among: names)
        entry.key.report(
            "'\(entry.name)' is no provider known by name, so it needs a 'base_url'.",
            suggestion.isEmpty ? "Those that are: tuppence prices providers" : suggestion)
        return nil
    }

    private func vertex(_ given: String?, _ account: GoogleServiceAccount?) -> String? {
        let location =
            fields["location"].map { $0.pathName("a location such as us-central1") }
            ?? environment.variable("GOOGLE_CLOUD_LOCATION").flatMap { Scalar.isPathName($0) ? $0 : nil } ?? "global"
        let project =
            fields["project"].map { $0.pathName("a project's id") }
            ?? environment.variable("GOOGLE_CLOUD_PROJECT") ?? account?.project
        guard let location else { return nil }
        guard let project else {
            if fields["project"] == nil {
                entry.key.report(
                    "provider '\(entry.name)' has no 'project', and neither its key file nor GOOGLE_CLOUD_PROJECT names one.",
                    "Add project: <id of the project at Google Cloud>.")
            }
            return nil
        }
        let prefix = location == "global" ? "" : "\(location)-"
        let base = given?.with(path: "/v1") ?? "https://\(prefix)aiplatform.googleapis.com/v1"
        return "\(base)/projects/\(project)/locations/\(location)"
    }

    private func region() -> String? {
        if let cursor = fields["region"] { return cursor.pathName("a region such as us-east-1") }
        let region = environment.variable("AWS_REGION") ?? environment.variable("AWS_DEFAULT_REGION")
        if let region, Scalar.isPathName(region) { return region }
        entry.key.report(
            "provider '\(entry.name)' has no 'region', and AWS_REGION is not set.", "Add region: us-east-1.")
        return nil
    }

    // MARK: Credentials

    enum Access {
        case none
        case key(String)
        case credentials(ProviderCredentials)
    }

    /// - Returns: nil, after a report, where there is none and has to be one, or where it cannot be read.
    func access() -> Access? {
        if let cursor = fields["access_token"] {
            return secret(cursor, "access token").map { .credentials(.token($0)) }
        }
        if let cursor = fields["api_key"] { return secret(cursor, "API key").map { .key($0) } }
        if isBedrock, let aws = aws() { return aws.map { .credentials(.aws($0)) } }
        if host == .vertex { return account().map { .credentials(.serviceAccount($0)) } }
        guard let listed, let name = listed.keyVariable else { return Access.none }
        if let key = listed.key(in: environment) { return .key(key) }
        guard entry.key.reader.needsSecrets else { return Access.none }
        let others = isBedrock ? ", and neither are AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" : ""
        entry.key.report(
            "provider '\(entry.name)' has no key: neither 'api_key' nor the environment variable '\(name)' is set\(others).",
            "Set \(name), or remove this provider.")
        return nil
    }

    private func secret(_ cursor: YAMLCursor, _ what: String) -> String? {
        guard let text = cursor.secret("\(what.first == "A" ? "an" : "a") \(what)")?.value else { return nil }
        guard Scalar.isToken(text) else {
            cursor.report(
                "the \(what) of provider '\(entry.name)' is empty, or has characters no \(what.isKey) has.",
                "Paste it anew: without spaces, line breaks or quotes in it.")
            return nil
        }
        return text
    }

    /// - Returns: nil where there are no such keys; `.some(nil)`, after a report, where there is a part of them.
    private func aws() -> AWSAccess?? {
        var id: String?
        var secretKey: String?
        var token: String?
        if fields["access_key_id"] != nil || fields["secret_access_key"] != nil {
            guard let idField = fields.required("access_key_id", "access_key_id: ${AWS_ACCESS_KEY_ID}"),
                let secretField = fields.required(
                    "secret_access_key", "secret_access_key: ${AWS_SECRET_ACCESS_KEY}")
            else { return .some(nil) }
            id = secret(idField, "access key id")
            secretKey = secret(secretField, "secret access key")
            if let cursor = fields["session_token"] {
                token = secret(cursor, "session token")
                guard token != nil else { return .some(nil) }
            }
            guard id != nil, secretKey != nil else { return .some(nil) }
        } else if listed != nil, environment.variable("AWS_BEARER_TOKEN_BEDROCK") == nil {
            (id, secretKey) = (environment.variable("AWS_ACCESS_KEY_ID"), environment.variable("AWS_SECRET_ACCESS_KEY"))
            token = environment.variable("AWS_SESSION_TOKEN")
        }
        guard let id, let secretKey else { return nil }
        guard let region = region() else { return .some(nil) }
        return AWSAccess(accessKeyID: id, secretAccessKey: secretKey, sessionToken: token, region: region)
    }

    private func account() -> GoogleServiceAccount? {
        let written = fields["credentials"]
        let path =
            written == nil
            ? environment.variable("GOOGLE_APPLICATION_CREDENTIALS") : written?.secret("a path")?.value
        guard let path else {
            if written == nil, entry.key.reader.needsSecrets {
                entry.key.report(
                    "provider '\(entry.name)' has neither 'credentials' nor 'access_token', and GOOGLE_APPLICATION_CREDENTIALS is not set.",
                    "Add credentials: <path of a service account's key file>.")
            }
            return nil
        }
        let cursor = written ?? entry.key
        guard entry.key.reader.needsSecrets || FileManager.default.isReadableFile(atPath: path) else { return nil }
        guard let bytes = FileManager.default.contents(atPath: path) else {
            cursor.report(
                "there is no file '\(path)', or it may not be read.",
                "Look at the path, and at who may read what is there.")
            return nil
        }
        do throws(GoogleServiceAccount.Fault) { return try GoogleServiceAccount(Array(bytes)) } catch {
            cursor.report(
                "'\(path)': \(error.message)", "Name a key file as Google Cloud makes it for a service account.")
            return nil
        }
    }
}

extension ProviderCatalog {
    /// https://docs.aws.amazon.com/general/latest/gr/bedrock.html (read 2026-11).
    static func bedrockURL(region: String) -> String {
        "https://bedrock-runtime.\(region).amazonaws.com\(region.hasPrefix("cn-") ? ".cn" : "")"
    }
}

extension Dialect {
    /// What SDKs leave out of an address; nil where they do not.
    fileprivate var version: String? {
        switch self {
        case .anthropic: "/v1"
        case .gemini: "/v1beta"
        case .cohere: "/v2"
        case .openAI, .responses, .mistral, .bedrock: nil
        }
    }
}

extension Scalar {
    /// Whether `text` can stand in a path, or in the name of a host.
    static func isPathName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { ($0 | 0x20).isLetter || $0.isDigit || "-_.:".utf8.contains($0) }
    }
}

extension UInt8 {
    fileprivate var isLetter: Bool { (97...122).contains(self) }
    fileprivate var isDigit: Bool { (48...57).contains(self) }
}

extension String {
    /// With a path where it has none.
    fileprivate func with(path: String) -> String {
        let authority = dropFirst(hasPrefix("https://") ? 8 : 7)
        return authority.contains("/") ? self : self + path
    }

    fileprivate var isKey: String { hasSuffix("key") ? "key" : self }
}

extension YAMLCursor {
    fileprivate func pathName(_ what: String) -> String? { value(what) { Scalar.isPathName($0) ? $0 : nil } }

    fileprivate func baseURL() -> String? {
        guard let text = text("a base URL") else { return nil }
        if let url = Scalar.baseURL(text.value) { return url }
        // Not quoted: a URL may contain a password.
        report("this is no base URL.", "Write it like https://api.openai.com/v1, without a query or a user name.")
        return nil
    }
}
