/// Writes media as parts of a message's content.
enum OpenAIChatMedia {
    /// - Parameter isOwn: whether the caller speaks this dialect, of which some hosts take more.
    static func canWrite(_ media: Media, isOwn: Bool) -> Bool {
        switch (media.kind, media.source) {
        case (.image, .url), (.image, .base64), (.document, .base64), (.document, .file), (.audio, .base64): true
        case (.video, .url), (.video, .base64): isOwn
        case (.document, .url): isOwn && media.extras.contains("document_url")
        case (.document, .text): isOwn && media.extras.contains("file")
        default: false
        }
    }

    static func members(_ media: Media, isOwn: Bool, _ json: inout JSONWriter) {
        switch media.kind {
        case .image:
            json.member("type", literal: "image_url")
            json.member(
                "image_url",
                object: { json in
                    json.member("url", media.source.address(fallbackType: "image/png"))
                    json.member("detail", media.detail)
                })
        case .document: document(media, isOwn: isOwn, &json)
        case .audio:
            guard case .base64(let type, let data) = media.source else { return }
            json.member("type", literal: "input_audio")
            // Mistral takes the data, or its address, by itself.
            guard type != nil else { return json.member("input_audio", data) }
            json.member(
                "input_audio",
                object: { json in
                    json.member("data", data)
                    json.member("format", OpenAIChatParts.audioFormat(mediaType: type))
                })
        case .video:
            json.member("type", literal: "video_url")
            json.member("video_url", object: { $0.member("url", media.source.address(fallbackType: "video/mp4")) })
        }
    }

    private static func document(_ media: Media, isOwn: Bool, _ json: inout JSONWriter) {
        // Spelled out among the extras, as the caller did.
        if isOwn, media.extras.contains("document_url") { return json.member("type", literal: "document_url") }
        if isOwn, media.extras.contains("file") { return json.member("type", literal: "file") }
        json.member("type", literal: "file")
        json.member(
            "file",
            object: { json in
                if case .file(let id) = media.source {
                    json.member("file_id", id)
                    json.member("filename", media.title)
                } else {
                    // OpenAI asks for a name.
                    json.member("filename", media.title ?? (isOwn ? nil : "document.pdf"))
                    json.member("file_data", media.source.address(fallbackType: "application/pdf"))
                }
            })
    }
}
