/// `status`, and why an answer is incomplete.
enum ResponsesFinish {
    /// - Returns: nil where the answer is not over.
    static func finish(_ response: JSONValue, callsTools: Bool) -> Finish? {
        guard let status = response["status"]?.string else { return nil }
        switch status {
        // The second is a host's own.
        case "completed", "complete": return Finish(callsTools ? .toolCalls : .stop)
        case "incomplete":
            let reason = response["incomplete_details"]?["reason"]?.string
            switch reason {
            case .some(let word) where word.equals("max_output_tokens") || word.equals("max_tokens"):
                return Finish(.length)
            case .some(let word) where word.equals("content_filter"): return Finish(.contentFilter)
            default: return Finish(.other, native: reason ?? status)
            }
        case "in_progress", "queued": return nil
        default: return Finish(.failure, native: status)
        }
    }

    enum Status: Hashable {
        case completed
        case incomplete(StaticReason)
        case failed
    }
    enum StaticReason: Hashable { case length, filter }

    /// - Parameter refuses: whether the answer says so in words of its own, and is complete with them.
    static func status(_ finish: Finish?, refuses: Bool) -> Status {
        switch finish?.reason {
        case .length, .contextFull: .incomplete(.length)
        case .contentFilter: .incomplete(.filter)
        case .refusal: refuses ? .completed : .incomplete(.filter)
        case .failure: .failed
        case nil, .stop, .stopSequence, .toolCalls, .pause, .other: .completed
        }
    }
}
