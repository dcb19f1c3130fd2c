/// Images, documents and videos as blocks, whose bytes are in base64 and whose format is a word.
enum BedrockMedia {
    /// Why the dialect cannot say it; nil if it can.
    static func obstacle(_ media: Media) -> String? {
        switch (media.kind, media.source) {
        case (.audio, _): "The target takes no audio."
        case (_, .file): "A file that was uploaded to one provider is not known to another."
        case (.image, .text), (.video, .text): "The target takes no text for an image or a video."
        case (_, .url(let address)) where !address.decoded.hasPrefix("s3://"):
            "The target fetches nothing from the web: send the \(media.kind.rawValue) itself, as a data URL."
        default:
            format(media) == nil ? "The target takes no \(media.kind.rawValue) of this media type." : nil
        }
    }

    /// - Parameter name: of a document, see ``BedrockDocumentNames``.
    static func write(
        _ media: Media, name: JSONString?, isOwn: Bool, into json: inout JSONWriter, more: (inout JSONWriter) -> Void
    ) {
        json.object { json in
            switch media.kind {
            case .image: json.name("image")
            case .video: json.name("video")
            case .document, .audio: json.name("document")
            }
            json.object { json in
                json.member("format", format(media))
                json.member("name", name)
                json.member("source", object: { json in source(media.source, isOwn: isOwn, &json) })
                more(&json)
            }
        }
    }

    private static func source(_ source: Media.Source, isOwn: Bool, _ json: inout JSONWriter) {
        switch source {
        case .base64(_, let data): json.member("bytes", data)
        case .text(_, let text) where isOwn: json.member("text", text)
        // Text as such is refused, with a word that it has to be bytes or to lie in S3
        // (https://github.com/maximhq/bifrost/issues/7072, read 2026-11).
        case .text(_, let text): json.member("bytes", JSONString(utf8: Base64.encoded(text.utf8)[...]))
        case .url(let address): json.member("s3Location", object: { $0.member("uri", address) })
        case .file: break
        }
    }

    private static func format(_ media: Media) -> JSONString? {
        switch media.source {
        case .text(let type, _): return type.flatMap { format(mediaType: $0.decoded, .document) } ?? "txt"
        case .base64(let type, let data):
            if let type { return format(mediaType: type.decoded, media.kind) }
            return media.kind == .image ? JSONString(imageFormat(data)) : media.kind == .document ? "pdf" : nil
        case .url(let address):
            let ending = address.decoded.split(separator: ".").last.map { $0.lowercased() } ?? ""
            let format = ending == "jpg" ? "jpeg" : ending == "3gp" ? "three_gp" : ending
            return known(media.kind).contains(format) ? JSONString(format) : nil
        case .file: return nil
        }
    }

    private static func format(mediaType: String, _ kind: Media.Kind) -> JSONString? {
        let type = mediaType.split(separator: ";").first.map(String.init) ?? mediaType
        if let named = named[type] { return known(kind).contains(named) ? JSONString(named) : nil }
        let subtype = type.split(separator: "/").last.map(String.init) ?? type
        return known(kind).contains(subtype) ? JSONString(subtype) : nil
    }

    private static func known(_ kind: Media.Kind) -> [String] {
        switch kind {
        case .image: ["png", "jpeg", "gif", "webp"]
        case .document: ["pdf", "csv", "doc", "docx", "xls", "xlsx", "html", "txt", "md"]
        case .video: ["mkv", "mov", "mp4", "webm", "flv", "mpeg", "mpg", "wmv", "three_gp"]
        case .audio: []
        }
    }

    private static let named = [
        "image/jpg": "jpeg", "text/plain": "txt", "text/markdown": "md", "application/msword": "doc",
        "application/vnd.ms-excel": "xls",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
        "video/quicktime": "mov", "video/x-matroska": "mkv", "video/x-flv": "flv", "video/x-ms-wmv": "wmv",
        "video/3gpp": "three_gp",
    ]

    /// By how its base64 begins.
    private static func imageFormat(_ data: JSONString) -> String {
        if data.hasPrefix("/9j/") { return "jpeg" }
        if data.hasPrefix("R0lG") { return "gif" }
        if data.hasPrefix("UklGR") { return "webp" }
        return "png"
    }
}
