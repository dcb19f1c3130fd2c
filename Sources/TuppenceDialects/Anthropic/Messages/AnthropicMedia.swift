/// Images and documents as blocks.
enum AnthropicMedia {
    /// Why the dialect cannot say it; nil if it can.
    static func obstacle(_ media: Media, isOwn: Bool) -> String? {
        switch (media.kind, media.source) {
        case (.audio, _), (.video, _): return "The target takes no \(media.kind.rawValue)."
        case (_, .file): return isOwn ? nil : "A file that was uploaded to one provider is not known to another."
        case (.document, .base64(let type, _)):
            guard let type, !type.equals("application/pdf") else { return nil }
            if type.hasPrefix("text/") { return "The target takes documents of text in UTF-8 only." }
            return "The target takes documents as PDF or plain text, not as \(type.decoded)."
        case (.image, .text): return "The target takes no text for an image."
        default: return nil
        }
    }

    static func members(_ media: Media, isOwn: Bool, _ json: inout JSONWriter) {
        if media.kind == .image {
            json.member("type", literal: "image")
        } else {
            json.member("type", literal: "document")
            json.member("title", media.title)
        }
        json.member(
            "source",
            object: { json in
                switch media.source {
                case .base64(let type, let data):
                    json.member("type", literal: "base64")
                    json.member("media_type", type ?? (media.kind == .image ? imageType(data) : "application/pdf"))
                    json.member("data", data)
                case .url(let address):
                    json.member("type", literal: "url")
                    json.member("url", address)
                case .file(let id):
                    json.member("type", literal: "file")
                    json.member("file_id", id)
                case .text(let type, let text):
                    json.member("type", literal: "text")
                    // There is one type of text there, of whatever form it is.
                    json.member("media_type", isOwn ? type ?? "text/plain" : "text/plain")
                    json.member("data", text)
                }
            })
    }

    /// By how its base64 begins.
    private static func imageType(_ data: JSONString) -> JSONString {
        if data.hasPrefix("/9j/") { return "image/jpeg" }
        if data.hasPrefix("R0lG") { return "image/gif" }
        if data.hasPrefix("UklGR") { return "image/webp" }
        return "image/png"
    }
}
