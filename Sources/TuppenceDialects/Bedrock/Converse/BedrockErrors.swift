import TuppenceCore

/// Errors: a message in the body, and the kind in a header or, within a stream, in the name of the event.
///
/// Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_Errors
/// (read 2026-11).
enum BedrockErrors {
    static func error(status: Int, body: [UInt8], type: String?) -> ProviderError {
        var error = ProviderError(status: status, body: body)
        // `ValidationException:http://internal.amazon.com/coral/…`
        guard let type = type?.split(separator: ":").first.map(String.init) else { return error }
        error.type = type
        error.kind = ProviderError.Kind(status: status, names: [type.lowercased()], message: error.message)
        return error
    }

    /// An exception within a stream, which has no status; it is given the one that its kind has otherwise.
    static func exception(_ name: JSONText, _ value: JSONValue) -> ProviderError {
        let type = name.decoded
        let status = statuses[type.lowercased()] ?? 500
        let message = value["message"]?.text?.decoded ?? value["Message"]?.text?.decoded
        return ProviderError(
            .init(status: status, names: [type.lowercased()], message: message ?? ""),
            message ?? "The provider ended the stream: \(type).", status: status, type: type)
    }

    private static let statuses = [
        "throttlingexception": 429, "validationexception": 400, "serviceunavailableexception": 503,
        "internalserverexception": 500, "modelstreamerrorexception": 424, "modeltimeoutexception": 408,
        "accessdeniedexception": 403, "resourcenotfoundexception": 404,
    ]
}
