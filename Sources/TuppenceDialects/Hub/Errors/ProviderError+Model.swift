import TuppenceCore

extension ProviderError {
    /// What a provider says of the model where it says that it has none for the request.
    package enum ModelWord: Hashable, Sendable {
        /// It is not there: retired, called otherwise, or never served by this provider.
        case gone
        /// The same in words that may be about something else, unless they name the model.
        case perhapsGone
        /// It is there, for other requests than this one.
        case elsewhere
    }

    /// What it says of the model. What else may be missing, a file or an earlier answer, is the request's own, and so is a model
    /// that is named in one of its tools.
    ///
    /// The words are those of OpenAI, Azure, Groq, Mistral, Together and Hugging Face (codes), Anthropic (`model: NAME`), Gemini
    /// (`models/NAME is not found`), Vertex, Bedrock, Cohere, xAI, vLLM, Ollama and OpenRouter (messages); read 2026-11.
    package var modelWord: ModelWord? {
        guard ["", "model"].contains(parameter ?? ""), [400, 404, 410, 422].contains(status) else { return nil }
        if [code, type].contains(where: { $0.map { Self.namesOfGone.contains($0.lowercased()) } ?? false }) {
            return .gone
        }
        // With 400 a message may say anything of what was sent, and with 410 of a feature that is no more, as xAI's live search.
        let words = Kind.words(of: message)
        func says(_ phrases: [StaticString]) -> Bool { phrases.contains { words.contains(phrase: $0) } }
        // OpenRouter: "NAME is not a valid model ID"; DeepSeek: "Model Not Exist". Another target may have it; none is blamed.
        if status == 400, says(["is not a valid model", "model not exist"]) { return .elsewhere }
        guard status == 404 && kind == .notFound || status == 410 else { return nil }
        // OpenAI: "This model is only supported in v1/responses and not in v1/chat/completions."
        if says(["supported in v1/", "supported in the v1/"]) { return .elsewhere }
        // OpenAI: "Item with id 'rs_…' not found."
        if says(["with id '"]) { return nil }
        if says(Self.phrasesOfNothingElse) { return .gone }
        // "Model x not found", as smaller servers put it.
        let isOfModel = words.starts(with: "model ".utf8) && says([" not found", " not exist"])
        return isOfModel || says(Self.phrasesOfGone) ? .perhapsGone : nil
    }

    private static let namesOfGone: Set<String> = [
        "model_not_found", "deploymentnotfound", "model_decommissioned", "invalid_model", "model_not_available",
        "model_not_supported", "unknown_model",
    ]

    /// Bedrock's, which names no model.
    private static let phrasesOfNothingElse: [StaticString] = ["this model version ", "foundation model"]

    private static let phrasesOfGone: [StaticString] = [
        "model: ", "models/", "model `", "model '", "model \"", "the model ", "such model", "model not ",
        "model is not ", "publisher model", "no endpoints found for", "been retired", "end of life",
    ]

    /// Whether it says that something which the caller has named may not be read: a file, or an object in a store. That is no word
    /// on our account.
    ///
    /// Gemini: "You do not have permission to access the File … or it may not exist." (googleapis/python-genai#1218); Google's storage:
    /// "… does not have storage.objects.get access to the Google Cloud Storage object." (n8n-io/n8n#34269); read 2026-11. What
    /// Bedrock says of `s3://…`, and Gemini of cached content, has not been seen: they are taken to name it.
    package var isAboutFile: Bool {
        guard kind == .permission else { return false }
        let words = Kind.words(of: message)
        return Self.phrasesOfFiles.contains { words.contains(phrase: $0) }
    }

    private static let phrasesOfFiles: [StaticString] = [
        "the file", " file ", " files/", " file_", " file-", "s3:", " s3 ", "gs:", "storage.objects", "storage object",
        " object ", "cachedcontent",
    ]
}

extension UpstreamFailure {
    /// Takes what the provider's `words` say of the model.
    package mutating func take(_ word: ProviderError.ModelWord?, in words: String) {
        guard let word else { return }
        isModelGone = true
        switch word {
        case .gone: break
        case .perhapsGone: wordsOnModel = String(words.prefix(400))
        case .elsewhere: isBlameless = true
        }
    }
}
