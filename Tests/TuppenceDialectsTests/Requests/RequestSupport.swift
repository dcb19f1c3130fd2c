import TuppenceCore

@testable import TuppenceDialects

extension Provider {
    /// One that has no ways of its own.
    static let plain = Provider(id: "plain", baseURL: "http://localhost/v1")
}

/// A chat request with `fields` behind its model and messages.
func chat(_ fields: String = "") -> String {
    #"{"model":"m","messages":[{"role":"user","content":"Hello"}]"# + (fields.isEmpty ? "" : "," + fields) + "}"
}

/// What `text` is refused with, if it is.
func refusal(_ text: String, _ endpoint: GovernedEndpoint = .chat) -> Refusal? {
    do throws(Refusal) {
        _ = try parse(text, endpoint)
        return nil
    } catch { return error }
}
