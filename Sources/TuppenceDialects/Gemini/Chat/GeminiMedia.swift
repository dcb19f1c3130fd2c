/// Images, documents, audio and video as parts: `inlineData` and `fileData`.
enum GeminiMedia {
    // MARK: Reading

    static func inline(_ value: JSONValue) -> Media? {
        guard let data = value["data"]?.string else { return nil }
        let type = value.member("mimeType", or: "mime_type")?.string
        var media = Media(kind(type) ?? .document, source(type, data))
        media.title = value.member("displayName", or: "display_name")?.string
        return media
    }

    /// Text that is sent as a file is text for other dialects.
    private static func source(_ type: JSONString?, _ data: JSONString) -> Media.Source {
        let source = Media.Source.base64(mediaType: type, data: data)
        return source.asText ?? .base64(mediaType: type, data: standard(data))
    }

    /// Google's clients write base64 with the letters for addresses, which others do not know.
    private static func standard(_ data: JSONString) -> JSONString {
        let isForURL = data.escaped.contains { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        guard data.isEscaped || isForURL else { return data }
        return JSONString(
            utf8: data.utf8.map {
                $0 == UInt8(ascii: "-") ? UInt8(ascii: "+") : $0 == UInt8(ascii: "_") ? UInt8(ascii: "/") : $0
            }[...])
    }

    static func file(_ value: JSONValue) -> Media? {
        guard let address = value.member("fileUri", or: "file_uri")?.string else { return nil }
        let type = value.member("mimeType", or: "mime_type")?.string
        let isUploaded =
            address.hasPrefix("gs://") || address.hasPrefix("https://generativelanguage.googleapis.com/")
            || !address.hasPrefix("http")
        var media = Media(
            kind(type) ?? (isVideoPage(address) ? .video : .document), isUploaded ? .file(address) : .url(address))
        media.title = value.member("displayName", or: "display_name")?.string
        // Nobody else needs it for an address.
        if let type { media.extras.members.append(.init(name: "mimeType", value: RawJSON(type), isUnderstood: true)) }
        return media
    }

    /// Whether an address is a video's at YouTube, which Gemini looks at whatever its ending or type.
    private static func isVideoPage(_ address: JSONString) -> Bool {
        guard let host = host(of: address) else { return false }
        return ["youtu.be", "youtube.com", "youtube-nocookie.com"].contains { host == $0 || host.hasSuffix("." + $0) }
    }

    private static func host(of address: JSONString) -> String? {
        let text = address.decoded.lowercased()
        guard let scheme = ["https://", "http://"].first(where: { text.hasPrefix($0) }) else { return nil }
        let authority = text.dropFirst(scheme.count).prefix { !"/?#\\".contains($0) }
        let host = authority.split(separator: "@").last ?? ""
        return String(host.prefix { $0 != ":" })
    }

    private static func kind(_ type: JSONString?) -> Media.Kind? {
        guard let type else { return nil }
        if type.hasPrefix("image/") { return .image }
        if type.hasPrefix("audio/") { return .audio }
        if type.hasPrefix("video/") { return .video }
        return .document
    }

    // MARK: Writing

    /// Why the dialect cannot say it; nil if it can.
    static func obstacle(_ media: Media, isOwn: Bool) -> String? {
        if case .file = media.source, !isOwn {
            return "A file that was uploaded to one provider is not known to another."
        }
        if media.kind == .image, !isOwn, !isImage(media.source) {
            return "The target would take this for something else than an image, which may cost far more than one."
        }
        return nil
    }

    /// Whether the target takes it for an image. It goes by the type, which we give it after the address, and for its
    /// maker's videos and files by the address alone.
    private static func isImage(_ source: Media.Source) -> Bool {
        switch source {
        case .base64(let type, _): return type?.hasPrefix("image/") ?? true
        case .url(let address):
            return !address.hasPrefix("data:") && !isVideoPage(address)
                && host(of: address) != "generativelanguage.googleapis.com"
                && type(of: address, .image).hasPrefix("image/")
        case .file: return true
        case .text: return false
        }
    }

    static func members(_ media: Media, isOwn: Bool, _ json: inout JSONWriter) {
        switch media.source {
        // In answers alone, of which it is a part; see ``obstacle(_:isOwn:)``.
        case .file where !isOwn: json.member("text", media.leftOut)
        case .base64(let type, let data): inline(media, type ?? fallback(media.kind), data, &json)
        case .text(let type, let text):
            inline(media, type ?? "text/plain", JSONString(utf8: Base64.encoded(text.utf8)[...]), &json)
        case .url(let address), .file(let address):
            json.member(
                "fileData",
                object: { json in
                    json.member("fileUri", address)
                    if let type = media.extras["mimeType"] {
                        json.member("mimeType", type)
                    } else if !isVideoPage(address) {
                        json.member("mimeType", type(of: address, media.kind))
                    }
                    json.member("displayName", media.title)
                })
        }
    }

    private static func inline(_ media: Media, _ type: JSONString, _ data: JSONString, _ json: inout JSONWriter) {
        json.member(
            "inlineData",
            object: { json in
                json.member("mimeType", type)
                json.member("data", data)
                json.member("displayName", media.title)
            })
    }

    private static func fallback(_ kind: Media.Kind) -> JSONString {
        switch kind {
        case .image: "image/png"
        case .document: "application/pdf"
        case .audio: "audio/wav"
        case .video: "video/mp4"
        }
    }

    /// By how the address ends.
    private static func type(of address: JSONString, _ kind: Media.Kind) -> JSONString {
        let path = address.decoded.prefix { $0 != "?" && $0 != "#" }.split(separator: "/").last ?? ""
        switch path.split(separator: ".").last.map({ $0.lowercased() }) {
        case "png": return "image/png"
        case "jpg", "jpeg": return "image/jpeg"
        case "gif": return "image/gif"
        case "webp": return "image/webp"
        case "heic": return "image/heic"
        case "heif": return "image/heif"
        case "pdf": return "application/pdf"
        case "txt", "md": return "text/plain"
        case "csv": return "text/csv"
        case "html", "htm": return "text/html"
        case "mp3": return "audio/mpeg"
        case "wav": return "audio/wav"
        case "ogg", "oga", "opus": return "audio/ogg"
        case "flac": return "audio/flac"
        case "aac": return "audio/aac"
        case "m4a": return "audio/mp4"
        case "aif", "aiff": return "audio/aiff"
        case "mp4", "m4v": return "video/mp4"
        case "mpg", "mpeg": return "video/mpeg"
        case "mov": return "video/quicktime"
        case "avi": return "video/avi"
        case "flv": return "video/x-flv"
        case "wmv": return "video/wmv"
        case "3gp": return "video/3gpp"
        case "mkv": return "video/x-matroska"
        case "webm": return "video/webm"
        default: return kind == .image ? "image/jpeg" : fallback(kind)
        }
    }
}
