/// The parts that a message's content may be made of.
enum OpenAIChatParts {
    static func block(_ part: JSONValue) -> Block {
        guard let type = part["type"]?.text else { return native(part) }
        switch type {
        case "text": return text(part)
        case "image_url":
            // Mistral and others take the address without an object around it.
            guard let value = part["image_url"], let address = value.string ?? value["url"]?.string else {
                return native(part)
            }
            var media = Media(.image, Media.Source(address: address))
            media.detail = value["detail"]?.string
            return .media(finished(media, part, without: "image_url"))
        case "input_audio":
            guard let value = part["input_audio"], let data = value.string ?? value["data"]?.string else {
                return native(part)
            }
            let type = value["format"]?.string.map { mediaType(audioFormat: $0) }
            return .media(finished(Media(.audio, .base64(mediaType: type, data: data)), part, without: "input_audio"))
        case "file":
            guard let value = part["file"], let media = file(value) else { return native(part) }
            return .media(finished(media, part, without: "file"))
        case "document_url":
            guard let address = part["document_url"]?.string else { return native(part) }
            // Mistral's, and spelled as it was for Mistral.
            var media = Media(.document, Media.Source(address: address), title: part["document_name"]?.string)
            for member in part.members where member.name.hasPrefix("document_") {
                media.extras.keep(member, isUnderstood: true)
            }
            return .media(finished(media, part, without: "document_url"))
        case "video_url":
            guard let address = part["video_url"]?["url"]?.string else { return native(part) }
            return .media(finished(Media(.video, Media.Source(address: address)), part, without: "video_url"))
        case "refusal": return part["refusal"]?.string.map { .refusal($0) } ?? native(part)
        case "thinking":
            // Mistral's: {"thinking": [{"type": "text", "text": …}]}.
            guard let pieces = part["thinking"] else { return native(part) }
            let text = pieces.elements.compactMap { $0["text"]?.string }.joined()
            var thinking = Thinking(text: text, format: .mistral)
            for member in part.members where !(member.name.equals("type") || member.name.equals("thinking")) {
                thinking.extras.keep(member)
            }
            return .thinking(thinking)
        default: return native(part)
        }
    }

    private static func native(_ part: JSONValue) -> Block {
        .native(NativeBlock(type: part["type"]?.string ?? "", json: part.raw))
    }

    private static func text(_ part: JSONValue) -> Block {
        var block = TextBlock("")
        for member in part.members where !member.value.isNull {
            switch member.name {
            case "type": break
            case "text": block.text = member.value.string ?? ""
            case "cache_control":
                if let mark = CacheMark(member.value) { block.cache = mark } else { block.extras.keep(member) }
            default: block.extras.keep(member)
            }
        }
        return .text(block)
    }

    private static func file(_ value: JSONValue) -> Media? {
        var media: Media
        if let id = value["file_id"]?.string {
            media = Media(.document, .file(id))
        } else if let data = value["file_data"]?.string {
            media = Media(.document, Media.Source(address: data))
            // Some send base64 without the head of a data URL.
            if case .url(let address) = media.source, !address.hasPrefix("http") {
                media.source = .base64(mediaType: nil, data: address)
            }
        } else {
            return nil
        }
        media.title = value["filename"]?.string
        if let text = media.source.asText {
            media.source = text
            // Spelled as it was for its own dialect.
            media.extras.members.append(Extras.Member(name: "file", value: value.raw, isUnderstood: true))
        }
        return media
    }

    private static func finished(_ media: Media, _ part: JSONValue, without name: StaticString) -> Media {
        var media = media
        for member in part.members where !member.value.isNull {
            switch member.name {
            case "type", "document_name": break
            case "cache_control":
                if let mark = CacheMark(member.value) { media.cache = mark } else { media.extras.keep(member) }
            default: if !member.name.equals(name) { media.extras.keep(member) }
            }
        }
        return media
    }

    static func mediaType(audioFormat format: JSONString) -> JSONString {
        format.equals("mp3") ? "audio/mpeg" : "audio/" + format
    }

    static func audioFormat(mediaType: JSONString?) -> JSONString {
        guard let mediaType else { return "wav" }
        let name = mediaType.decoded.split(separator: "/").last.map(String.init) ?? "wav"
        switch name {
        case "mpeg", "mp3": return "mp3"
        case "x-wav", "wave", "vnd.wave": return "wav"
        default: return JSONString(name)
        }
    }
}
