extension ProviderError {
    /// Whether it says that the model is not there: retired, called otherwise, or never served by this provider. What else may
    /// be missing, a file or an earlier answer, is the request's own.
    ///
    /// The words are those of OpenAI, Azure, Groq, Mistral, Together and Hugging Face (codes), Anthropic (`model: NAME`), Gemini
    /// (`models/NAME is not found`), Vertex, Bedrock, Cohere, xAI, vLLM, Ollama and OpenRouter (messages); read 2026-11.
    package var isModelGone: Bool {
        switch status {
        case 410: return true
        case 400, 404, 422: break
        default: return false
        }
        if [code, type].contains(where: { $0.map { Self.namesOfGone.contains($0.lowercased()) } ?? false }) {
            return true
        }
        // With 400 a message may say anything of what was sent.
        guard status == 404, kind == .notFound else { return false }
        let words = Kind.words(of: message)
        return Self.phrasesOfGone.contains { words.contains(phrase: $0) }
    }

    private static let namesOfGone: Set<String> = [
        "model_not_found", "deploymentnotfound", "model_decommissioned", "invalid_model", "model_not_available",
        "model_not_supported", "unknown_model",
    ]

    private static let phrasesOfGone: [StaticString] = [
        "model: ", "models/", "model `", "model '", "model \"", "the model ", "this model ", "such model", "model not ",
        "model is not ", "foundation model", "publisher model", "no endpoints found for",
    ]
}
