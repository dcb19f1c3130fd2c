import TuppenceCore

@testable import TuppenceDialects

/// Calls `body` with the bytes of `text`.
func withBytes<Result>(_ text: String, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try Array(text.utf8).withUnsafeBytes(body)
}

/// Whether `bytes` are one JSON value and nothing else.
func accepts(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { bytes in
        var cursor = JSONCursor(bytes)
        do throws(JSONError) {
            try cursor.skipValue()
            try cursor.end()
            return true
        } catch { return false }
    }
}
func accepts(_ text: String) -> Bool { accepts(Array(text.utf8)) }

/// Why `text` is no JSON, and where.
func fault(_ text: String) -> JSONError? {
    withBytes(text) { bytes in
        var cursor = JSONCursor(bytes)
        do throws(JSONError) {
            try cursor.skipValue()
            try cursor.end()
            return nil
        } catch { return error }
    }
}

func nested(_ depth: Int, _ open: String = "[", _ close: String = "]", core: String = "") -> String {
    String(repeating: open, count: depth) + core + String(repeating: close, count: depth)
}

func usage(_ text: String) throws -> OpenAIUsage {
    try withBytes(text) { bytes in
        var cursor = JSONCursor(bytes)
        return try OpenAIUsage(&cursor)
    }
}

func parse(_ text: String, _ endpoint: GovernedEndpoint = .chat) throws(Refusal) -> ScannedRequest {
    let result: Result<ScannedRequest, Refusal> = withBytes(text) { bytes in
        do throws(Refusal) { return .success(try ScannedRequest(bytes, endpoint: endpoint)) } catch {
            return .failure(error)
        }
    }
    return try result.get()
}

func string(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

/// A valid document with everything in it that JSON has.
let everything = """
     { "a" : [ 1 , -0.5e+10, 2E-3, 0, -0, true, false, null, "", "x\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00 é😀" ],
    "": { "b": {}, "c": [ [], [{}] ] }, "long enough for eight bytes at a time" : "and so is its value\\n" }
    """
