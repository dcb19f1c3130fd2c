extension ContentCount {
    /// What images, files, calls and results look like.
    enum Form: Sendable {
        case openAI, anthropic, responses, gemini

        init(_ dialect: Dialect) {
            switch dialect {
            case .anthropic: self = .anthropic
            case .responses: self = .responses
            case .gemini: self = .gemini
            case .openAI, .bedrock, .cohere, .mistral: self = .openAI
            }
        }
    }
}
