import TuppenceCore

/// What callers of the target's own dialect have said for another model of OpenAI's, and its writer would write as it is spelled.
extension OpenAIModelFit {
    mutating func ownReasoning() {
        if dialect == .responses {
            reasoningObject()
            thoughts()
        } else if !request.extras.contains("reasoning"), !request.extras.contains("thinking") {
            // As OpenRouter and others have it none of OpenAI's models takes it, and the caller is left to be told so.
            reasoning()
        }
    }

    /// Responses have the effort in an object, which goes out as it was spelled.
    private mutating func reasoningObject() {
        guard let asked = request.reasoning else { return }
        reasoning()
        if let fitted = request.reasoning {
            guard fitted.effort != asked.effort else { return }
            request.extras.respell("reasoning", "effort", as: fitted.effort.map { RawJSON($0) })
        } else {
            request.extras.remove("reasoning")
        }
    }

    private mutating func thoughts() {
        guard !model.thinks, request.removeThoughts(where: { _ in true }) else { return }
        losses.add("input.reasoning", .dropped, "The target model does not think: it takes no thoughts of others.")
    }

    mutating func ownSpellings() {
        if dialect == .responses { leaveOutOfIncluded() }
        guard !model.takesVerbosity else { return }
        let reason = "The target model has no other verbosity than 'medium'."
        if dialect == .responses {
            guard isUnusual(verbosityOfText) else { return }
            request.extras.respell("text", "verbosity", as: nil)
            losses.add("text.verbosity", .dropped, reason)
        } else if isUnusual(request.extras["verbosity"]) {
            request.extras.remove("verbosity")
            losses.add("verbosity", .dropped, reason)
        }
    }

    private func isUnusual(_ verbosity: RawJSON?) -> Bool {
        verbosity.map { !$0.isNull && $0.text != "\"medium\"" } ?? false
    }

    private var verbosityOfText: RawJSON? {
        do throws(JSONError) { return try request.extras["text"]?.read { $0["verbosity"]?.raw } } catch { return nil }
    }

    /// What is told beside the answer: ciphers of thoughts by those who think alone, and probabilities where they are left.
    private mutating func leaveOutOfIncluded() {
        guard let place = request.extras.members.firstIndex(where: { $0.name.equals("include") }) else { return }
        let (hasThoughts, hasLogprobs) = (model.thinks, request.logprobs == true)
        let asked = request.extras.members[place].value
        guard asked.bytes.first == UInt8(ascii: "[") else { return }
        var kept: [RawJSON] = []
        do throws(JSONError) {
            kept = try asked.read { value in
                value.elements.filter { wish in
                    (hasThoughts || !wish.equals("reasoning.encrypted_content"))
                        && (hasLogprobs || !wish.equals("message.output_text.logprobs"))
                }.map(\.raw)
            }
        } catch { return }  // It was read as JSON once, as part of the request.
        if kept.isEmpty { return _ = request.extras.members.remove(at: place) }
        request.extras.members[place].value = RawJSON { json in
            json.array { json in for wish in kept { json.value(wish) } }
        }
    }
}
