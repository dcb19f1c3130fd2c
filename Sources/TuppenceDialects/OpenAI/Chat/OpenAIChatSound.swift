/// Sound in an answer: `audio` of the message, or of deltas in pieces. No other dialect has a form for it: its callers read
/// what is said in it, and that it was left out (``Media/leftOut``).
///
/// Source: https://platform.openai.com/docs/guides/audio (read 2026-11).
struct OpenAIChatSound: Sendable {
    private var id: JSONString = ""
    private var transcript = JSONStringBuilder()
    private var isThere = false

    /// - Returns: nil where there is none: Snowflake writes one that is empty into every answer.
    static func read(_ value: JSONValue) -> Media? {
        var sound = OpenAIChatSound()
        _ = sound.add(value)
        return sound.media
    }

    /// - Returns: how many bytes are held of it.
    mutating func add(_ value: JSONValue) -> Int {
        if let id = value["id"]?.string, !id.isEmpty { self.id = id }
        if let data = value["data"]?.string, !data.isEmpty { isThere = true }
        guard let piece = value["transcript"]?.string, !piece.isEmpty else { return 0 }
        isThere = true
        transcript.append(piece)
        return piece.escaped.count
    }

    /// Nil where nothing has come of it. It lies at the provider, who knows it by its id.
    var media: Media? {
        guard isThere else { return nil }
        var media = Media(.audio, .file(id))
        if !transcript.isEmpty { media.transcript = transcript.string }
        return media
    }

    var heldBytes: Int { transcript.count }
}
