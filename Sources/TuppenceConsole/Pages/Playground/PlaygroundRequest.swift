import Foundation
import NIOCore
import TuppenceAdministration
import TuppenceDialects

/// What somebody wants to try, as the page sends it.
struct PlaygroundRequest: Decodable, Sendable {
    /// The secret of a key: it pays.
    let key: String
    let model: String
    let system: String?
    let prompt: String
    let maxTokens: Int?

    /// - Throws: ``AdministrationError`` with what is wrong with it.
    init(_ bytes: ByteBuffer) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(Self.self, from: Data(buffer: bytes))
        // It goes into a field of a request's head as it is.
        guard (1...512).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw AdministrationError(
                .invalid, "That is no key. Paste one that you have, as tp_live_…, or make one under Keys.")
        }
        guard !model.isEmpty else { throw AdministrationError(.invalid, "Say which route or model is to answer.") }
        guard !prompt.isEmpty else { throw AdministrationError(.invalid, "There is nothing to send: write a prompt.") }
        if let maxTokens, maxTokens < 1 {
            throw AdministrationError(.invalid, "The output tokens are 1 at least.")
        }
    }

    /// The body of the request to the data plane.
    var body: [UInt8] {
        var json = JSONObject()
        json.add("model", model)
        var messages: [JSONObject] = []
        if let system, !system.isEmpty { messages.append(Self.message("system", system)) }
        messages.append(Self.message("user", prompt))
        json.add("messages", messages)
        if let maxTokens { json.add("max_tokens", Int64(maxTokens)) }
        var options = JSONObject()
        options.add("include_usage", true)
        json.add("stream", true)
        json.add("stream_options", options)
        return json.bytes
    }

    private static func message(_ role: String, _ text: String) -> JSONObject {
        var message = JSONObject()
        message.add("role", role)
        message.add("content", text)
        return message
    }
}
