/// `generationConfig`.
extension GeminiRequestReader {
    mutating func takeConfiguration(_ configuration: JSONValue) {
        format(configuration)
        for member in configuration.members where !member.value.isNull {
            if !takeLimit(member), !takeSampling(member), !takeOther(member) {
                request.extras.keep(member, in: "generationConfig.")
            }
        }
    }

    private mutating func takeLimit(_ member: JSONValue.Member) -> Bool {
        let value = member.value
        switch member.name {
        case "maxOutputTokens", "max_output_tokens":
            guard let limit = value.integer else { return false }
            request.outputLimit = limit
        case "stopSequences", "stop_sequences":
            guard value.kind == .array, value.elements.allSatisfy({ $0.kind == .string }) else { return false }
            request.stop = value.elements.compactMap(\.string)
        case "candidateCount", "candidate_count":
            guard let count = value.integer else { return false }
            request.choices = count
        case "responseLogprobs", "response_logprobs":
            guard let wanted = value.bool else { return false }
            request.logprobs = wanted
        case "logprobs":
            guard let count = value.integer else { return false }
            request.topLogprobs = count
        default: return false
        }
        return true
    }

    private mutating func takeSampling(_ member: JSONValue.Member) -> Bool {
        guard let number = member.value.number else { return false }
        switch member.name {
        case "temperature": request.sampling.temperature = number
        case "topP", "top_p": request.sampling.topP = number
        case "topK", "top_k": request.sampling.topK = number
        case "seed": request.sampling.seed = number
        case "frequencyPenalty", "frequency_penalty": request.sampling.frequencyPenalty = number
        case "presencePenalty", "presence_penalty": request.sampling.presencePenalty = number
        default: return false
        }
        return true
    }

    private mutating func takeOther(_ member: JSONValue.Member) -> Bool {
        let value = member.value
        switch member.name {
        case "thinkingConfig", "thinking_config": return thinking(value)
        case "responseModalities", "response_modalities":
            let isText = value.elements.allSatisfy { $0.string?.decoded.uppercased() == "TEXT" }
            // Pictures or speech are no text.
            request.extras.keep(member, in: "generationConfig.", isUnderstood: isText, isEssential: !isText)
        // Read in one, above.
        case "responseMimeType", "response_mime_type", "responseSchema", "response_schema", "responseJsonSchema",
            "response_json_schema", "_responseJsonSchema":
            return true
        default: return false
        }
        return true
    }

    private mutating func thinking(_ value: JSONValue) -> Bool {
        guard value.kind == .object else { return false }
        var reasoning = Reasoning()
        for member in value.members where !member.value.isNull {
            switch member.name {
            case "includeThoughts", "include_thoughts":
                guard let wanted = member.value.bool else { return false }
                reasoning.display = wanted ? "summarized" : "omitted"
            case "thinkingBudget", "thinking_budget":
                guard let budget = member.value.integer else { return false }
                switch budget {
                case 0: reasoning.mode = .disabled
                case ..<0: reasoning.mode = .adaptive
                default: (reasoning.mode, reasoning.budget) = (.enabled, budget)
                }
            case "thinkingLevel", "thinking_level":
                guard let level = member.value.string else { return false }
                let word = level.decoded.lowercased()
                // What the field holds where nobody has set it.
                if word != "thinking_level_unspecified" { reasoning.effort = JSONString(word) }
            default: return false
            }
        }
        if reasoning != Reasoning() { request.reasoning = reasoning }
        return true
    }

    /// The kind of output and its schema, which say only together what is asked.
    private mutating func format(_ configuration: JSONValue) {
        let type = configuration.member("responseMimeType", or: "response_mime_type")
        let schema =
            configuration.member("responseJsonSchema", or: "response_json_schema")
            ?? configuration.member("_responseJsonSchema", or: "responseJSONSchema")
        let openAPI = configuration.member("responseSchema", or: "response_schema")
        switch type?.text {
        case .some(let type) where type.equals("application/json"):
            if let schema {
                request.output = .jsonSchema(OutputFormat.JSONSchema(schema: schema.raw))
            } else if let openAPI {
                request.output = .jsonSchema(OutputFormat.JSONSchema(schema: GeminiSchema.translated(openAPI)))
                keep("generationConfig.responseSchema", openAPI, isUnderstood: true)
            } else {
                request.output = .jsonObject
            }
        case .some(let type) where type.equals("text/plain") && schema == nil && openAPI == nil: request.output = .text
        default:
            if let type { keep("generationConfig.responseMimeType", type) }
            if let schema { keep("generationConfig.responseJsonSchema", schema) }
            if let openAPI { keep("generationConfig.responseSchema", openAPI) }
        }
    }

    /// - Parameter isUnderstood: otherwise the answer would have another form than was asked for.
    private mutating func keep(_ name: JSONString, _ value: JSONValue, isUnderstood: Bool = false) {
        request.extras.members.append(
            Extras.Member(name: name, value: value.raw, isUnderstood: isUnderstood, isEssential: !isUnderstood))
    }
}
