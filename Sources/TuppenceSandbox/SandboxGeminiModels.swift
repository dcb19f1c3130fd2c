/// `GET /v1beta/models`, in Gemini's dialect: those that its methods can be asked of.
///
/// Source: https://ai.google.dev/api/models (read 2026-11).
enum SandboxGeminiModels {
    static var list: SandboxJSON {
        ["models": .array(SandboxModel.all.filter { !methods(of: $0).isEmpty }.map(json))]
    }

    static func one(_ model: SandboxModel) throws(SandboxRefusal) -> SandboxJSON {
        guard !methods(of: model).isEmpty else { throw .unknownModel(model.id) }
        return json(model)
    }

    private static func json(_ model: SandboxModel) -> SandboxJSON {
        [
            "name": .string("models/\(model.id)"), "displayName": .string(model.id),
            "supportedGenerationMethods": .array(methods(of: model)),
        ]
    }

    private static func methods(of model: SandboxModel) -> [SandboxJSON] {
        switch model.kind {
        case .chat: ["generateContent", "streamGenerateContent", "countTokens"]
        case .embedding: ["embedContent", "batchEmbedContents"]
        case .moderation, .image, .speech, .transcription, .ranking: []
        }
    }
}
