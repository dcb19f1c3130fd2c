import TuppenceCore
import TuppenceDialects
import TuppenceGateway

/// What is held and estimated for the input of one request.
struct InputLine: Encodable {
    var model: String
    var bytes: Int
    var inputBound: Int
    var inputEstimate: Int

    /// - Parameter model: counts in place of the one that the body names.
    init(body: ArraySlice<UInt8>, model: String?) throws {
        do {
            let request = try body.withUnsafeBytes { try ScannedRequest($0, endpoint: Self.endpoint(of: $0)) }
            let rules = InputRules(model: model ?? request.model)
            self.model = model ?? request.model
            bytes = body.count
            inputBound = request.demand.inputBound.bound(by: rules)
            inputEstimate = min(request.demand.inputEstimate, inputBound)
        } catch let refusal as Refusal {
            throw Failure(refusal.message)
        }
    }

    var text: String {
        "\(model): at most \(inputBound) input tokens, about \(inputEstimate), in \(bytes) bytes"
    }

    /// Only a chat has messages, and only embeddings an input; what is no JSON is the reader's to say.
    private static func endpoint(of bytes: UnsafeRawBufferPointer) -> GovernedEndpoint {
        var endpoint = GovernedEndpoint.completions
        var cursor = JSONCursor(bytes)
        do throws(JSONError) {
            guard try cursor.kind() == .object else { return endpoint }
            try cursor.object { (cursor, key) throws(JSONError) in
                if key.equals("messages") { endpoint = .chat }
                if key.equals("input") { endpoint = .embeddings }
                try cursor.skipValue()
            }
        } catch { return endpoint }
        return endpoint
    }
}
