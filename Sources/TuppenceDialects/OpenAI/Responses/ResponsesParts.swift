/// The parts that content is made of, of messages and of what tools gave.
enum ResponsesParts {
    /// A string, or a list of parts.
    static func content(_ value: JSONValue) -> [Block] {
        if let text = value.string { return text.isEmpty ? [] : [.text(text)] }
        return value.elements.map(block)
    }

    static func block(_ part: JSONValue) -> Block {
        guard let type = part["type"]?.text else { return native(part) }
        switch type {
        case "input_text", "output_text", "text": return text(part)
        case "refusal": return part["refusal"]?.string.map { .refusal($0) } ?? native(part)
        case "input_image":
            guard let source = source(part, "image_url", "image_url") else { return native(part) }
            var media = Media(.image, source)
            media.detail = part["detail"]?.string
            return .media(finished(media, part))
        case "input_file":
            guard var source = source(part, "file_data", "file_url") else { return native(part) }
            // Some send base64 without the head of a data URL.
            if case .url(let address) = source, part["file_data"]?.string == address {
                source = .base64(mediaType: nil, data: address)
            }
            var media = Media(.document, source, title: part["filename"]?.string)
            if let data = part["file_data"], let text = source.asText {
                media.source = text
                // Spelled as it was for its own dialect.
                media.extras.members.append(Extras.Member(name: "file_data", value: data.raw, isUnderstood: true))
            }
            return .media(finished(media, part))
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
            case "annotations":
                block.citations = member.value.elements.map { ResponsesAnnotations.citation($0) }
            case "logprobs": if !member.value.isEmpty { block.extras.keep(member, isUnderstood: true) }
            default: block.extras.keep(member)
            }
        }
        return .text(block)
    }

    private static func source(_ part: JSONValue, _ data: StaticString, _ address: StaticString) -> Media.Source? {
        if let id = part["file_id"]?.string { return .file(id) }
        let value = part[data]?.string ?? part[address]?.string ?? part[address]?["url"]?.string
        return value.map { Media.Source(address: $0) }
    }

    private static func finished(_ media: Media, _ part: JSONValue) -> Media {
        var media = media
        for member in part.members where !member.value.isNull {
            switch member.name {
            case "type", "file_id", "image_url", "file_data", "file_url", "filename", "detail": break
            default: media.extras.keep(member)
            }
        }
        return media
    }

    // MARK: Writing

    /// Why the dialect cannot say it; nil if it can.
    static func obstacle(_ media: Media, isOwn: Bool) -> String? {
        switch (media.kind, media.source) {
        case (.audio, _), (.video, _): "The target takes no \(media.kind.rawValue)."
        case (_, .file): isOwn ? nil : "A file that was uploaded to one provider is not known to another."
        case (.image, .text): "The target takes no text for an image."
        default: nil
        }
    }

    static func members(_ media: Media, into json: inout JSONWriter) {
        if media.kind == .image {
            json.member("type", literal: "input_image")
            if case .file(let id) = media.source { json.member("file_id", id) }
            json.member("image_url", media.source.address(fallbackType: "image/png"))
            json.member("detail", media.detail)
            return
        }
        json.member("type", literal: "input_file")
        switch media.source {
        case .file(let id): json.member("file_id", id)
        case .url(let address): json.member("file_url", address)
        case .base64:
            json.member("filename", media.title ?? "document.pdf")
            return json.member("file_data", media.source.address(fallbackType: "application/pdf"))
        case .text: break  // Spelled out among the extras, as the caller did.
        }
        json.member("filename", media.title)
    }
}
