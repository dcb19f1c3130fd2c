import Foundation

/// What the address says in dialects whose bodies do not name the model: it, and what it is to do.
struct SandboxAddress: Hashable, Sendable {
    static let geminiPrefix = "/v1beta/models/"
    static let conversePrefix = "/model/"

    let model: String
    let verb: String

    /// `/v1beta/models/M:generateContent`.
    init?(gemini path: String) {
        self.init(path.dropFirst(Self.geminiPrefix.count), separator: ":")
    }

    /// `/model/M/converse`.
    init?(converse path: String) {
        self.init(path.dropFirst(Self.conversePrefix.count), separator: "/")
    }

    private init?(_ rest: Substring, separator: Character) {
        guard let place = rest.lastIndex(of: separator), let model = String(rest[..<place]).removingPercentEncoding
        else { return nil }
        self.model = model
        verb = String(rest[rest.index(after: place)...])
    }

    /// `body` with what the address says, whatever it says of these itself.
    func complete(_ body: SandboxJSON, stream: SandboxJSON) -> SandboxJSON {
        body.adding([.init(name: "model", value: .string(model)), .init(name: "stream", value: stream)])
    }
}
