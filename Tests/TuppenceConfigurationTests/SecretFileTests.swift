import Foundation
import Testing

@testable import TuppenceConfiguration

@Suite("Secrets that are files")
struct SecretFileTests {
    /// A folder with `files`, for as long as `body` runs.
    private func withFolder(_ files: [String: String], _ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tuppence-secrets-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files {
            try Data(text.utf8).write(to: folder.appendingPathComponent(name))
        }
        try body(folder.path)
    }

    @Test("stand in for variables that are not set, by their names or these in lower case")
    func names() throws {
        try withFolder(["A_KEY": "a", "b_key": "b", "SET": "no", "EMPTY": "file", "C": "capital", "c": "small"]) {
            folder in
            let complete = ["SET": "yes", "EMPTY": ""].withSecretFiles(in: folder)
            #expect(
                complete == [
                    "SET": "yes", "EMPTY": "file", "A_KEY": "a", "B_KEY": "b", "b_key": "b", "C": "capital",
                    "c": "small",
                ])
        }
    }

    @Test("are read without the line end that ends the file", arguments: ["x\n", "x\r\n", "x"])
    func lineEnd(text: String) throws {
        try withFolder(["K": text]) { folder in
            #expect([String: String]().withSecretFiles(in: folder) == ["K": "x"])
        }
        try withFolder(["K": "x\n\n"]) { folder in
            #expect([String: String]().withSecretFiles(in: folder) == ["K": "x\n"])
        }
    }

    @Test("are none where their names are no variables', they are too long, or no text")
    func others() throws {
        let long = String(repeating: "x", count: 65_537)
        try withFolder([".hidden": "x", "1A": "x", "a.b": "x", "LONG": long, "LONGEST": String(long.dropFirst())]) {
            folder in
            let inner = folder + "/FOLDER"
            try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: true)
            try Data([0xFF]).write(to: URL(fileURLWithPath: folder + "/BYTES"))
            #expect([String: String]().withSecretFiles(in: folder).keys.sorted() == ["LONGEST"])
        }
        #expect(["A": "a"].withSecretFiles(in: "/no/such/folder") == ["A": "a"])
    }

    @Test("systemd's credentials go before a container's secrets, and the configuration reads both")
    func credentials() throws {
        try withFolder(["SECRET": "tp_live_of_a_credential"]) { credentials in
            try withFolder(["SECRET": "tp_live_of_a_container", "openai_api_key": "sk-of-a-container"]) { secrets in
                let environment = ["CREDENTIALS_DIRECTORY": credentials].withSecretFiles(in: secrets)
                let configuration = try read(
                    "providers: { openai: {} }\nkeys: [{ name: a, secret: '${SECRET}' }]", environment)
                #expect(configuration.keys.first?.secret == "tp_live_of_a_credential")
                #expect(configuration.providers.first?.apiKey == "sk-of-a-container")
            }
        }
    }
}
