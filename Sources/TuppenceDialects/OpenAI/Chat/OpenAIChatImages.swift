/// Pictures in an answer: `images` of the message, and of deltas, for which OpenAI has no form and OpenRouter has this one.
///
/// Source: https://openrouter.ai/docs/guides/overview/multimodal/image-generation (read 2026-11).
enum OpenAIChatImages {
    /// - Returns: nil for what is no picture.
    static func address(_ media: Media) -> JSONString? {
        media.kind == .image ? media.source.address(fallbackType: "image/png") : nil
    }

    /// Those that it has a form for: what is none is left out.
    static func read(_ value: JSONValue) -> [Media] {
        value.elements.compactMap { element in
            (element["image_url"]?["url"]?.string).map { Media(.image, Media.Source(address: $0)) }
        }
    }

    /// - Parameter first: the number of the first of them in the answer.
    static func write(_ addresses: [JSONString], first: Int = 0, into json: inout JSONWriter) {
        json.member(
            "images",
            array: { json in
                for (number, address) in addresses.enumerated() {
                    json.object { json in
                        json.member("type", literal: "image_url")
                        json.member("index", first + number)
                        json.member("image_url", object: { $0.member("url", address) })
                    }
                }
            })
    }
}
