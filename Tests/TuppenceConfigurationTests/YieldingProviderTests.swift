import Foundation
import Testing
import TuppenceCore

@testable import TuppenceConfiguration

@Suite("Providers that are there by a cloud's credentials, which may be for something else")
struct YieldingProviderTests {
    private static let aws = ["AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "s"]

    /// With the path of a key file of a service account, while `body` runs.
    private func withAccount(_ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try #"{"client_email":"r@x","private_key":"PEM","project_id":"own","token_uri":"http://127.0.0.1:9/t"}"#
            .write(toFile: path, atomically: true, encoding: .utf8)
        try body(path)
    }

    private func provider(of name: String, in policy: Policy) throws -> String? {
        try policy.route(for: name).choices.first?.candidate.target.provider
    }

    @Test("a name stays with the provider that has it by the file or by a key of its own")
    func bareNames() throws {
        try withAccount { path in
            let credentials = ["GOOGLE_APPLICATION_CREDENTIALS": path]
            let keyed = credentials.merging(["GEMINI_API_KEY": "g"]) { $1 }
            let listed = try read("providers: { gemini: { api_key: k } }", credentials).policy
            for policy in [listed, Configuration.fromEnvironment(keyed).policy] {
                #expect(policy.providers == ["gemini", "vertex"])
                #expect(try provider(of: "gemini-2.5-flash", in: policy) == "gemini")
                #expect(try provider(of: "vertex/gemini-2.5-flash", in: policy) == "vertex")
                // What nobody else has is its own.
                #expect(try provider(of: "claude-opus-4-8", in: policy) == "vertex")
            }
            #expect(
                try provider(of: "gemini-2.5-flash", in: Configuration.fromEnvironment(credentials).policy) == "vertex")
            let both = try read("providers: { gemini: { api_key: k }, vertex: }", credentials).policy
            #expect(throws: Refusal.self) { try both.route(for: "gemini-2.5-flash") }
        }
    }

    @Test("the only other provider keeps every name that it has a price for, with a slash, too")
    func anyName() throws {
        let file = """
            providers: { hub: { base_url: http://127.0.0.1:9002/v1 } }
            prices: { hub/*: { input: 1, output: 1 } }
            budgets:
              - { name: a, limit: 1, per: day, scope: { model: bedrock/x } }
              - { name: b, limit: 1, per: day, scope: { route: new } }
            """
        let policy = try read(file, Self.aws).policy
        #expect(policy.providers == ["bedrock", "hub"])
        #expect(try policy.budgets == read(file).policy.budgets)
        #expect(policy.budgets.first?.scopeText == "model=bedrock/x")
        #expect(try provider(of: "new", in: policy) == "hub")
        #expect(try provider(of: "bedrock/x", in: policy) == "hub")
        // What is free whatever its name is has no name in particular.
        let ollama = try read("providers: { ollama: }\nunpriced: allow", Self.aws).policy
        #expect(try provider(of: "bedrock/x", in: ollama) == "bedrock")
        #expect(try provider(of: "new", in: ollama) == "ollama")
    }

    @Test(
        "a file that names the sandbox keeps it, and is told why the cloud is not there",
        arguments: [
            "providers: { sandbox: }", "routes: { a: sandbox/chat-small }",
            "routes: { a: { targets: [ { target: sandbox/chat-small } ] } }",
            "budgets: [ { name: a, scope: { provider: sandbox }, limit: 1, per: day } ]",
            "budgets: [ { name: a, scope: { \"provider\" :  'sandbox' }, limit: 1, per: day } ]",
            "prices: { sandbox/own: { input: 1, output: 1 } }",
            "keys: [ { name: a, secret: sk-0123456789abcdef, routes: [ sandbox/chat-small ] } ]",
        ])
    func sandbox(file: String) throws {
        let configuration = try read(file, Self.aws)
        #expect(configuration.providers.isEmpty && configuration.policy.providers == ["sandbox"])
        #expect(
            configuration.doubts == [
                "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are set, and provider 'bedrock' is not there all the same: the file names the sandbox, which is there as long as there is no other provider. Add 'bedrock:' under 'providers' if it is meant."
            ])
    }

    @Test(
        "a word that leads to no provider does not name the sandbox",
        arguments: [
            "store: sqlite:/srv/sandbox/tuppence.db",
            "routes: { a: bedrock/amazon.nova-lite-v1:0 } # was sandbox/chat-small",
            "keys: [ { name: a, secret: sandbox/0123456789abcdef } ]",
            "budgets: [ { name: sandbox, scope: { tag: { provider: sandbox } }, limit: 1, per: day } ]",
        ])
    func word(file: String) throws {
        let configuration = try read(file, Self.aws)
        #expect(configuration.policy.providers == ["bedrock"] && configuration.environmentTroubles.isEmpty)
    }

    @Test("otherwise it takes the sandbox's place, as a key does")
    func alone() throws {
        #expect(Configuration.fromEnvironment(Self.aws).policy.providers == ["bedrock"])
        #expect(try read("cache: off", Self.aws).policy.providers == ["bedrock"])
    }
}
