/// `POST /v1/images/edits`: the same dots, whatever was to be edited.
struct SandboxImageEdits: SandboxEndpoint {
    static let kind = SandboxModel.Kind.image

    /// As `gpt-image-1` counts a square.
    private static let tokensOfImage = 194

    private let images: SandboxImages

    init(_ request: SandboxJSON) throws(SandboxRefusal) {
        let parts = request.members ?? []
        let sent = parts.count { $0.name == "image" || $0.name == "image[]" }
        guard sent > 0 else { throw .missing("image") }
        images = try SandboxImages(
            .object(parts.map(Self.typed)), deed: "image_edit", imageTokens: sent * Self.tokensOfImage)
    }

    /// Numbers and flags are texts in a form.
    private static func typed(_ part: SandboxJSON.Member) -> SandboxJSON.Member {
        guard let text = part.value.string else { return part }
        return switch part.name {
        case "n", "partial_images": .init(name: part.name, value: .number(text))
        case "stream": .init(name: part.name, value: .bool(text == "true"))
        default: part
        }
    }

    func steps(_ model: SandboxModel, faults: SandboxFaults, stamp: SandboxStamp) -> [SandboxStep] {
        images.steps(model, faults: faults, stamp: stamp)
    }
}
