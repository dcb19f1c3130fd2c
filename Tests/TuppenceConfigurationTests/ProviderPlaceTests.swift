import Foundation
import Testing
import TuppenceDialects

@testable import TuppenceConfiguration

@Suite("Where providers are, and what they are shown")
struct ProviderPlaceTests {
    private func provider(_ fields: String, _ environment: [String: String] = [:]) throws -> ProviderSettings {
        try #require(try read("providers: { \(fields) }", environment).providers.first)
    }

    @Test(
        "an address without a path gets the version that SDKs leave out",
        arguments: [
            ("gemini: { api_key: k, base_url: 'http://h' }", "http://h/v1beta"),
            ("gemini: { api_key: k }", "https://generativelanguage.googleapis.com/v1beta"),
            ("cohere: { api_key: k, base_url: 'http://h' }", "http://h/v2"),
            ("x: { dialect: gemini, base_url: 'http://h/v1' }", "http://h/v1"),
            ("x: { dialect: responses, base_url: 'http://h/v1' }", "http://h/v1"),
            ("azure: { api_key: k, base_url: 'https://r.openai.azure.com' }", "https://r.openai.azure.com/openai/v1"),
            (
                "azure: { api_key: k, base_url: 'https://r.openai.azure.com', api_version: 2024-10-21 }",
                "https://r.openai.azure.com"
            ),
            (
                "x: { dialect: anthropic, host: azure, base_url: 'https://r.services.ai.azure.com/anthropic/v1' }",
                "https://r.services.ai.azure.com/anthropic/v1"
            ),
            ("bedrock: { api_key: k, region: eu-west-1 }", "https://bedrock-runtime.eu-west-1.amazonaws.com"),
            ("bedrock: { api_key: k, region: cn-north-1 }", "https://bedrock-runtime.cn-north-1.amazonaws.com.cn"),
            (
                "vertex: { access_token: t, project: p }",
                "https://aiplatform.googleapis.com/v1/projects/p/locations/global"
            ),
            (
                "vertex: { access_token: t, project: p, location: us-central1 }",
                "https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1"
            ),
            (
                "vertex: { access_token: t, project: p, base_url: 'http://h' }",
                "http://h/v1/projects/p/locations/global"
            ),
        ])
    func addresses(fields: String, url: String) throws { #expect(try provider(fields).baseURL == url) }

    @Test("the environment says what the file does not")
    func environment() throws {
        let aws = [
            "AWS_REGION": "us-west-2", "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "s",
            "AWS_SESSION_TOKEN": "t",
        ]
        let bedrock = try provider("bedrock:", aws)
        #expect(bedrock.baseURL == "https://bedrock-runtime.us-west-2.amazonaws.com" && bedrock.apiKey == nil)
        let access = AWSAccess(
            accessKeyID: "AKID", secretAccessKey: "s", sessionToken: "t", region: "us-west-2")
        #expect(bedrock.credentials == .aws(access))
        #expect(!"\(bedrock)".contains("\"s\""))
        // A key of Bedrock's own goes before those of the account.
        let keyed = try provider("bedrock:", aws.merging(["AWS_BEARER_TOKEN_BEDROCK": "b"]) { $1 })
        #expect(keyed.apiKey == "b" && keyed.credentials == nil)
        let azure = try provider(
            "azure:", ["AZURE_OPENAI_API_KEY": "k", "AZURE_OPENAI_ENDPOINT": "https://r.openai.azure.com/"])
        #expect(azure.baseURL == "https://r.openai.azure.com/openai/v1" && azure.apiKey == "k")
        #expect(azure.host == .azure(version: nil))
        let project = try provider("vertex: { access_token: t }", ["GOOGLE_CLOUD_PROJECT": "p"])
        #expect(project.baseURL.hasSuffix("/projects/p/locations/global") && project.credentials == .token("t"))
    }

    @Test("keys alone list those providers that need nothing else")
    func listedByKeys() {
        let keys = [
            "GEMINI_API_KEY": "g", "COHERE_API_KEY": "c", "AWS_BEARER_TOKEN_BEDROCK": "b", "AWS_REGION": "eu-north-1",
            "AZURE_OPENAI_API_KEY": "a", "GOOGLE_APPLICATION_CREDENTIALS": "/x.json",
        ]
        let found = EnvironmentProviders(keys).settings
        #expect(found.map(\.id) == ["bedrock", "cohere", "gemini"])
        #expect(found.map(\.dialect) == [.bedrock, .cohere, .gemini])
        #expect(found[0].baseURL == "https://bedrock-runtime.eu-north-1.amazonaws.com")
    }

    @Test("a cloud's credentials list its provider as if it stood in the file without a field")
    func listedByCredentials() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try #"{"client_email":"r@x","private_key":"PEM","project_id":"own","token_uri":"http://127.0.0.1:9/t"}"#
            .write(toFile: path, atomically: true, encoding: .utf8)
        let environment = [
            "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t",
            "AWS_DEFAULT_REGION": "eu-west-1", "AZURE_OPENAI_API_KEY": "k",
            "AZURE_OPENAI_ENDPOINT": "https://r.openai.azure.com/", "GOOGLE_APPLICATION_CREDENTIALS": path,
            "GOOGLE_CLOUD_LOCATION": "europe-west4",
        ]
        let configuration = Configuration.fromEnvironment(environment)
        #expect(
            configuration.providersOfEnvironment == [
                "azure (AZURE_OPENAI_API_KEY, AZURE_OPENAI_ENDPOINT)",
                "bedrock (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY)", "vertex (GOOGLE_APPLICATION_CREDENTIALS)",
            ])
        #expect(configuration.environmentTroubles.isEmpty)
        #expect(configuration.policy.providers == ["azure", "bedrock", "vertex"])
        var listed = try read("providers: { azure: , bedrock: , vertex: }", environment).providers
        #expect(listed.allSatisfy { $0.variables.isEmpty })
        #expect(!listed.contains { $0.yieldsNames })
        #expect(configuration.policy.yielding == ["azure", "bedrock", "vertex"])
        for index in listed.indices {
            listed[index].variables = configuration.providers[index].variables
            listed[index].yieldsNames = true
        }
        #expect(configuration.providers == listed)
        let vertex = configuration.providers[2]
        #expect(vertex.baseURL.hasPrefix("https://europe-west4-aiplatform.googleapis.com/v1/projects/own/"))
        #expect(vertex.usualService == .regional)
    }

    @Test("without a region Bedrock is where the catalogue has it")
    func noRegion() {
        let found = EnvironmentProviders(["AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "s"]).settings
        let access = AWSAccess(accessKeyID: "AKID", secretAccessKey: "s", region: "us-east-1")
        #expect(found.map(\.credentials) == [.aws(access)])
        #expect(found.map(\.baseURL) == ["https://bedrock-runtime.us-east-1.amazonaws.com"])
    }

    @Test(
        "half of what a cloud needs lists nothing",
        arguments: [
            ["AWS_ACCESS_KEY_ID": "AKID"], ["AWS_SECRET_ACCESS_KEY": "s", "AWS_ACCESS_KEY_ID": ""],
            ["AZURE_OPENAI_API_KEY": "k"], ["AZURE_OPENAI_ENDPOINT": "https://r.openai.azure.com"],
            ["GOOGLE_CLOUD_PROJECT": "p"],
        ])
    func halves(environment: [String: String]) {
        let found = EnvironmentProviders(environment)
        #expect(found.settings.isEmpty && found.troubles.isEmpty)
    }

    @Test("credentials that can't be used are told of, unless the file lists the provider")
    func unusable() throws {
        let environment = ["GOOGLE_APPLICATION_CREDENTIALS": "/nowhere.json"]
        let said =
            "GOOGLE_APPLICATION_CREDENTIALS is set, and provider 'vertex' is not there all the same: there is no file '/nowhere.json', or it may not be read. Look at the path, and at who may read what is there."
        let configuration = Configuration.fromEnvironment(environment)
        #expect(configuration.providers.isEmpty && configuration.environmentTroubles == [said])
        #expect(try read(local, environment).doubts == [said])
        let own = "providers: { vertex: { access_token: t, project: p } }"
        #expect(try read(own, environment).doubts.isEmpty)
        let azure = EnvironmentProviders(["AZURE_OPENAI_API_KEY": "k", "AZURE_OPENAI_ENDPOINT": "r.openai.azure.com"])
        #expect(azure.settings.isEmpty)
        #expect(
            azure.troubles["azure"]?.hasPrefix(
                "AZURE_OPENAI_API_KEY and AZURE_OPENAI_ENDPOINT are set, and provider 'azure' is not there all the same: "
            ) == true)
    }

    @Test("a key may be in another variable, of which the first that is set counts")
    func keyAliases() throws {
        let found = EnvironmentProviders(["GOOGLE_API_KEY": "g", "CO_API_KEY": "c", "GEMINI_API_KEY": ""]).settings
        #expect(found.map(\.id) == ["cohere", "gemini"])
        #expect(found.map(\.apiKey) == ["c", "g"])
        let both = EnvironmentProviders(["GOOGLE_API_KEY": "g", "GEMINI_API_KEY": "own"]).settings
        #expect(both.map(\.apiKey) == ["own"])
        #expect(try provider("gemini:", ["GOOGLE_API_KEY": "g"]).apiKey == "g")
        #expect(try provider("cohere:", ["CO_API_KEY": "c"]).apiKey == "c")
        #expect(try provider("cohere: { api_key: own }", ["CO_API_KEY": "c"]).apiKey == "own")
    }

    @Test(
        "OLLAMA_HOST says where Ollama runs, as its own programs write it",
        arguments: [
            ("http://gpu:8000", "http://gpu:8000/v1"), ("gpu:8000", "http://gpu:8000/v1"),
            ("gpu", "http://gpu:11434/v1"),
            (":8000", "http://127.0.0.1:8000/v1"), ("0.0.0.0", "http://127.0.0.1:11434/v1"),
            ("0.0.0.0:8000", "http://127.0.0.1:8000/v1"), ("[::]:8000", "http://[::1]:8000/v1"),
            ("[fd00::1]", "http://[fd00::1]:11434/v1"), ("::1", "http://[::1]:11434/v1"),
            ("'gpu:8000'", "http://gpu:8000/v1"), ("::", "http://[::1]:11434/v1"),
            ("https://ai.example", "https://ai.example/v1"),
            ("https://ai.example/ollama/", "https://ai.example/ollama/v1"),
            ("http://gpu:8000/v1/", "http://gpu:8000/v1"),
        ])
    func ollamaHost(text: String, url: String) throws {
        let found = EnvironmentProviders(["OLLAMA_HOST": text]).settings
        #expect(found.map(\.id) == ["ollama"] && found.map(\.baseURL) == [url] && found.map(\.apiKey) == [nil])
        #expect(try provider("ollama:", ["OLLAMA_HOST": text]).baseURL == url)
        #expect(
            try provider("ollama: { base_url: http://own:1/v1 }", ["OLLAMA_HOST": text]).baseURL == "http://own:1/v1")
    }

    @Test("an OLLAMA_HOST that is no address brings no provider", arguments: ["", " ", "http://", "a b", "gpu:many"])
    func noOllamaHost(text: String) throws {
        #expect(EnvironmentProviders(["OLLAMA_HOST": text]).settings.isEmpty)
        #expect(try provider("ollama:", ["OLLAMA_HOST": text]).baseURL == "http://127.0.0.1:11434/v1")
    }

    @Test("a service account's file is read, and names the project")
    func serviceAccount() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try #"{"client_email":"r@x","private_key":"PEM","project_id":"own","token_uri":"http://127.0.0.1:9/t"}"#
            .write(toFile: path, atomically: true, encoding: .utf8)
        let vertex = try provider("vertex: { credentials: '\(path)' }")
        #expect(vertex.baseURL.hasSuffix("/projects/own/locations/global"))
        guard case .serviceAccount(let account)? = vertex.credentials else {
            Issue.record("no account: \(vertex)")
            return
        }
        #expect(account.email == "r@x" && account.tokenAddress == "http://127.0.0.1:9/t")
        #expect(try provider("vertex:", ["GOOGLE_APPLICATION_CREDENTIALS": path]).credentials == vertex.credentials)
        try "{}".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(
            problems("providers: { vertex: { credentials: '\(path)' } }") == [
                "1:37: '\(path)': The key file is none of a service account: client_email or private_key is missing. Name a key file as Google Cloud makes it for a service account."
            ])
    }

    @Test(
        "what it cannot be",
        arguments: [
            (
                "gemini: { api_key: k, region: us-east-1 }",
                "1:44: 'region' is for providers of Bedrock's dialect alone. Remove it from provider 'gemini'."
            ),
            (
                "x: { base_url: http://h, api_version: 1 }",
                "1:52: 'api_version' is for providers at Azure alone. Remove it from provider 'x'."
            ),
            (
                "x: { base_url: http://h, project: p }",
                "1:48: 'project' is for providers at Vertex alone. Remove it from provider 'x'."
            ),
            (
                "bedrock: { api_key: k, region: a/b }", "1:45: 'a/b' is not a region such as us-east-1."
            ),
            (
                "bedrock: { region: us-east-1, secret_access_key: s }",
                "1:23: provider 'bedrock' has no 'access_key_id'. Add access_key_id: ${AWS_ACCESS_KEY_ID}."
            ),
            (
                "vertex: { access_token: 'a b', project: p }",
                "1:38: the access token of provider 'vertex' is empty, or has characters no access token has. Paste it anew: without spaces, line breaks or quotes in it."
            ),
            (
                "x: { base_url: http://h, host: gcp }",
                "1:45: unknown host 'gcp'. Write 'standard', 'azure' or 'vertex'."
            ),
        ])
    func mistakes(fields: String, problem: String) { #expect(problems("providers: { \(fields) }") == [problem]) }
}
