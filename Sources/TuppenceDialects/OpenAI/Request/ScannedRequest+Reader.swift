import TuppenceCore

extension ScannedRequest {
    /// Takes in the members of the body, each once.
    struct Reader: MemberReader {
        let request: ScannedRequest
        private let dialect: Dialect
        var hasInput = false
        var refusal: Refusal?
        var seen: [String] = []

        init(request: ScannedRequest) {
            self.request = request
            dialect = request.endpoint.dialect
            seen.reserveCapacity(8)
        }

        mutating func member(_ key: JSONText, _ cursor: inout JSONCursor) throws(JSONError) {
            switch dialect {
            case .gemini: return try geminiMember(key, &cursor)
            case .responses: if try responsesMember(key, &cursor) { return }
            default: break
            }
            if request.pieces != nil { try request.pieces?.note(key, cursor) }
            switch key.bytes.count {
            // Only these lengths, or escapes, can make one of the names below.
            case 1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 21: break
            default: if !key.isEscaped { return try other(&cursor) }
            }
            if try usualMember(key, &cursor) { return }
            if dialect == .anthropic, try anthropicMember(key, &cursor) { return }
            if try optionMember(key, &cursor) { return }
            if try toolMember(key, &cursor) { return }
            try noteNeeds(key, cursor)
            if request.endpoint.isOpenAIChat { try noteOpenAITraits(key, cursor) }
            try other(&cursor)
        }

        /// Takes in what next to all requests have.
        ///
        /// - Returns: false for any other, which is not read then.
        private mutating func usualMember(_ key: JSONText, _ cursor: inout JSONCursor) throws(JSONError) -> Bool {
            if key.equals("model") {
                try model(&cursor)
            } else if key.equals("messages") && request.endpoint.hasMessages {
                try messages(&cursor)
            } else if key.equals("prompt") && request.endpoint == .completions {
                try prompts("prompt", &cursor)
            } else if key.equals("input") && request.endpoint.takesInputs {
                try prompts("input", &cursor)
            } else if key.equals("stream") {
                try stream(&cursor)
            } else if key.equals("stream_options") {
                try streamOptions(&cursor)
            } else if key.equals("max_tokens") && dialect != .responses {
                // Null is none.
                if request.endpoint == .chat, try cursor.kind() == .number { request.traits.insert(.maxTokens) }
                try limit("max_tokens", &cursor)
            } else if key.equals("max_completion_tokens") && request.endpoint == .chat {
                try limit("max_completion_tokens", &cursor)
            } else {
                return false
            }
            return true
        }

        /// Takes in who asks, and how much is to be made, thought and paid.
        private mutating func optionMember(_ key: JSONText, _ cursor: inout JSONCursor) throws(JSONError) -> Bool {
            if key.equals("n") {
                once("n")
                if let count = try positive("n", &cursor) { request.choices = count }
            } else if key.equals("best_of") {
                once("best_of")
                if let count = try positive("best_of", &cursor) { request.bestOf = count }
            } else if key.equals("user") {
                once("user")
                switch try cursor.kind() {
                case .string:
                    let name = try cursor.string().decoded
                    // An empty one is none.
                    if !name.isEmpty { request.user = name }
                // Some programs number their users, and some hosts do not mind: a budget for each of them has to.
                case .number: request.user = try cursor.number().text
                default: try cursor.skipValue()
                }
            } else if key.equals("safety_identifier") {
                // OpenAI's newer name for the same.
                if let name = try cursor.text(), request.user == nil, (1...256).contains(name.utf8.count) {
                    request.user = name
                }
            } else if key.equals("reasoning") {
                try noteReasoning(cursor)
                try thinking("max_tokens", &cursor)
            } else if key.equals("thinking") {
                try noteReasoning(cursor)
                try thinking("budget_tokens", &cursor)
            } else if key.equals("service_tier") {
                once("service_tier")
                if let name = try cursor.text() { request.service = wish(named: name) }
            } else if key.equals("models") || key.equals("fallbacks") {
                try otherModels(key.decoded, &cursor)
            } else {
                return false
            }
            return true
        }

        /// Takes in what the model may use, and the form that it is to answer in.
        private mutating func toolMember(_ key: JSONText, _ cursor: inout JSONCursor) throws(JSONError) -> Bool {
            var value = cursor
            if key.equals("tools") {
                try noteTools(&value)
                try request.content.count(json: &cursor)
            } else if key.equals("functions") {
                request.hasTools = true
                try request.searches.addFunctions(&value)
                try request.content.count(json: &cursor)
            } else if key.equals("response_format") {
                request.hasTools = true
                try noteSchema(&value)
                try request.content.count(json: &cursor)
            } else if key.equals("web_search_options") {
                try request.searches.addOptions(&value)
                try other(&cursor)
            } else if key.equals("search_parameters") {
                try request.searches.addParameters(&value)
                try other(&cursor)
            } else if key.equals("mcp_servers") {
                try request.searches.addServers(&value)
                try other(&cursor)
            } else if key.equals("plugins") {
                try request.searches.addPlugins(&value)
                try other(&cursor)
            } else {
                return false
            }
            return true
        }

        private mutating func noteTools(_ value: inout JSONCursor) throws(JSONError) {
            request.hasTools = true
            try request.searches.addTools(&value)
            if request.searches.hasFlatTools, request.endpoint == .chat { request.hasFlatTools = true }
            if request.searches.asksAdvisor {
                refuse(
                    "A tool that asks another model cannot be used here: what that model may cost is not known before it is asked. Leave the advisor out of 'tools'.",
                    "tools")
            }
        }

        /// What a provider makes of a member is its business; what may be text may be shown to the model.
        mutating func other(_ cursor: inout JSONCursor) throws(JSONError) {
            switch try cursor.kind() {
            case .string, .array, .object: try request.content.count(json: &cursor)
            default: try cursor.skipValue()
            }
        }

        /// Models beside the one that is asked for: a key may not be allowed them, and nothing is held for their prices.
        private mutating func otherModels(_ name: String, _ cursor: inout JSONCursor) throws(JSONError) {
            var names = false
            if try cursor.kind() == .array {
                try cursor.array { (cursor) throws(JSONError) in
                    names = true
                    try cursor.skipValue()
                }
            } else {
                names = try cursor.kind() != .null
                try cursor.skipValue()
            }
            guard names else { return }
            refuse(
                "Only 'model' names who is asked here: leave '\(name)' out, and ask for a route that has the other models as its next targets.",
                name)
        }

        /// Anthropic's tiers are `auto` and `standard_only`; what another word means is its target's business.
        private func wish(named name: String) -> ServiceWish {
            guard dialect == .anthropic else { return ServiceWish(named: name) }
            // `inference_geo` and `speed` may have come before.
            if name == "auto" || name == "standard_only" { return request.service }
            return request.isFaster ? .tier(.regionalFaster) : .unknown
        }
    }
}
