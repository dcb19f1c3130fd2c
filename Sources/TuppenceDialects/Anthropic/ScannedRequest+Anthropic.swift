import TuppenceCore

/// Members of Anthropic's alone that decide what is held, or that cannot be held for.
///
/// Source: the types of anthropic 2.14 for Python, `types/beta/message_create_params.py` (read 2026-11).
extension ScannedRequest.Reader {
    /// - Returns: false for a member that means what it means in a chat of OpenAI's.
    mutating func anthropicMember(_ key: JSONText, _ cursor: inout JSONCursor) throws(JSONError) -> Bool {
        if key.equals("system") {
            once("system")
            try request.content.add(message: &cursor)
        } else if key.equals("metadata") {
            try metadata(&cursor)
        } else if key.equals("speed") {
            try speed(&cursor)
        } else if key.equals("inference_geo") {
            try inferenceGeo(&cursor)
        } else if key.equals("thread") {
            try thread(&cursor)
        } else if key.equals("billing_policy") {
            try billingPolicy(&cursor)
        } else {
            return false
        }
        return true
    }

    /// Reads `inference_geo`: an answer that is made in one region costs more
    /// (https://platform.claude.com/docs/en/manage-claude/data-residency, read 2026-11-29).
    mutating func inferenceGeo(_ cursor: inout JSONCursor) throws(JSONError) {
        guard try cursor.kind() == .string else { return _ = try cursor.skipValue() }
        let isAnywhere = try cursor.string().equals("global")
        guard !isAnywhere else { return }
        switch request.service {
        case .usual: request.service = .tier(.regional)
        case .tier(.faster): request.service = .tier(.regionalFaster)
        case .tier, .unknown: break
        }
    }

    /// Reads `speed`: an answer that is made faster costs more, the dearer for a region
    /// (https://platform.claude.com/docs/en/build-with-claude/fast-mode, read 2026-11-29).
    mutating func speed(_ cursor: inout JSONCursor) throws(JSONError) {
        once("speed")
        guard let speed = try cursor.text(), speed != "standard" else { return }
        guard speed == "fast" else {
            return refuse(
                "'speed' is 'standard' or 'fast': what an answer at another one costs cannot be held for.", "speed")
        }
        request.isFaster = true
        switch request.service {
        case .usual: request.service = .tier(.faster)
        // Of those that are made faster that is the dearest, whatever else is asked for.
        case .tier(.regional), .unknown: request.service = .tier(.regionalFaster)
        case .tier: break
        }
    }

    /// Reads `thread`, by which a provider keeps the conversation and is sent the new turn alone: what it puts before that
    /// is input that nobody has counted. Anthropic's SDKs send it unasked, and go on without it where the refusal has this
    /// detail.
    mutating func thread(_ cursor: inout JSONCursor) throws(JSONError) {
        let isGiven = try cursor.kind() != .null
        try cursor.skipValue()
        guard isGiven else { return }
        refuse(
            "A conversation that its provider keeps cannot be held for: leave 'thread' out, and send all messages.",
            "thread", anthropicDetail: "thread_unsupported_request")
    }

    /// Reads `billing_policy` (`{"type": "billing_policy", "bill_to": "user_profile"}`), by which somebody else is billed for
    /// what would be booked here.
    mutating func billingPolicy(_ cursor: inout JSONCursor) throws(JSONError) {
        if try cursor.kind() == .null { return _ = try cursor.skipValue() }
        var isOurs = true
        let isObject = try cursor.members { (cursor, key) throws(JSONError) in
            guard key.equals("bill_to") else { return _ = try cursor.skipValue() }
            if try cursor.text() != "self" { isOurs = false }
        }
        if isObject, isOurs { return }
        refuse(
            "What somebody else is billed for cannot be booked here: leave 'billing_policy' out, or bill to 'self'.",
            "billing_policy")
    }
}
