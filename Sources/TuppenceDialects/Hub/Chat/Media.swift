/// What is no text: an image, a document, audio or video.
package struct Media: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        case image, document, audio, video
    }

    package enum Source: Hashable, Sendable {
        /// `mediaType` such as `image/png`; nil if the caller did not say.
        case base64(mediaType: JSONString?, data: JSONString)
        case url(JSONString)
        /// A file that was uploaded to the provider.
        case file(JSONString)
        /// A document of plain text.
        case text(mediaType: JSONString?, JSONString)
    }

    package var kind: Kind
    package var source: Source
    /// The title or name of the file.
    package var title: JSONString?
    /// Of an image: how closely it is looked at (`low`, `high`, `auto`).
    package var detail: JSONString?
    /// Of sound in an answer: what is said in it.
    package var transcript: JSONString?
    package var cache: CacheMark?
    package var extras = Extras()

    package init(_ kind: Kind, _ source: Source, title: JSONString? = nil) {
        self.kind = kind
        self.source = source
        self.title = title
    }
}

extension Media {
    /// What stands in an answer in place of it, in dialects whose answers have no such thing: nothing is lost silently.
    var leftOut: JSONString {
        let thing: JSONString =
            switch kind {
            case .image: "a picture"
            case .document: "a document"
            case .audio: "sound"
            case .video: "a video"
            }
        let note: JSONString =
            "[The model has answered with " + thing
            + " here. This API has no form for that in answers, so it is left out.]"
        return transcript.map { $0 + "\n\n" + note } ?? note
    }
}

extension Media {
    /// A document of plain text as text, under its title; nil for all else.
    var plainText: JSONString? {
        guard case .text(_, let text) = source else { return nil }
        return title.map { $0 + "\n\n" + text } ?? text
    }
}

extension Block {
    /// Whether it is an image, sound or a file, and no document of plain text.
    var isBinary: Bool { if case .media(let media) = self { media.plainText == nil } else { false } }
}

extension Media.Source {
    /// Takes `data:image/png;base64,…` apart; any other address stays one.
    package init(address: JSONString) {
        guard address.hasPrefix("data:") else {
            self = .url(address)
            return
        }
        // A few write the slashes of base64 as escapes.
        let text = address.utf8
        guard let comma = text.firstIndex(of: UInt8(ascii: ",")) else {
            self = .url(address)
            return
        }
        let head = text[(text.startIndex + 5)..<comma]
        guard head.suffix(7).elementsEqual(";base64".utf8) else {
            self = .url(address)
            return
        }
        let type = head.prefix { $0 != UInt8(ascii: ";") }
        self = .base64(
            mediaType: type.isEmpty ? nil : JSONString(utf8: type), data: JSONString(utf8: text[(comma + 1)...]))
    }

    /// A file of text as text, which dialects have a form for that take no such files; nil for all else.
    package var asText: Media.Source? {
        guard case .base64(let type?, let data) = self, type.hasPrefix("text/"), let bytes = Base64.decoded(data.utf8),
            let text = String(validating: bytes, as: UTF8.self)
        else { return nil }
        return .text(mediaType: type, JSONString(text))
    }

    /// As an address: `data:` for what is here, the address of what lies elsewhere; nil for an uploaded file.
    package func address(fallbackType: StaticString) -> JSONString? {
        switch self {
        case .url(let address): return address
        case .base64(let type, let data):
            return JSONString("data:\(type?.decoded ?? fallbackType.description);base64,") + data
        case .file, .text: return nil
        }
    }
}
