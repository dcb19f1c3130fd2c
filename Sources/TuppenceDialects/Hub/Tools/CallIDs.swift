/// Ids of calls where providers and callers give none, or the same one again.
extension ToolCall {
    /// The id of the call number `index` of an answer whose provider gave it none.
    package static func synthetic(_ index: Int, answer id: JSONString?) -> JSONString {
        let name = id.flatMap { $0.isEmpty ? nil : String($0.decoded.suffix(16)) } ?? "x"
        return JSONString("call_\(name)_\(index)")
    }

    /// Whether an id was made where neither the call nor its answer had one: the next answer's is the same. Such is not
    /// written to Gemini.
    package static func isMade(_ id: JSONString) -> Bool { id.hasPrefix("call_x_") }

    /// `id`, or what ``synthetic(_:answer:)`` would have made of `answer`, had it been known.
    fileprivate static func id(_ id: JSONString, answer: JSONString) -> JSONString {
        guard isMade(id), let index = Int(id.decoded.dropFirst(7)) else { return id }
        return synthetic(index, answer: answer)
    }
}

extension ChatAnswer {
    /// Gives calls ids that no other answer's have, where neither they nor the answer have one.
    ///
    /// - Parameter name: the gateway's own id of the answer.
    package mutating func identifyCalls(as name: JSONString) {
        guard id?.isEmpty ?? true else { return }
        for choice in choices.indices {
            for place in choices[choice].content.indices {
                switch choices[choice].content[place] {
                case .toolCall(var call):
                    call.id = ToolCall.id(call.id, answer: name)
                    choices[choice].content[place] = .toolCall(call)
                case .thinking(var thinking):
                    // Of a call, where its provider signs those.
                    thinking.id = thinking.id.map { ToolCall.id($0, answer: name) }
                    choices[choice].content[place] = .thinking(thinking)
                case .text, .refusal, .media, .toolResult, .native: break
                }
            }
        }
    }
}

extension StreamEvent.BlockStart {
    /// The same, of an answer without an id, as ``ChatAnswer/identifyCalls(as:)`` has it.
    package func identified(as name: JSONString) -> StreamEvent.BlockStart {
        switch self {
        case .toolCall(let id, let tool, let isCustom):
            return .toolCall(id: ToolCall.id(id, answer: name), name: tool, isCustom: isCustom)
        case .thinking(var thinking):
            thinking.id = thinking.id.map { ToolCall.id($0, answer: name) }
            return .thinking(thinking)
        case .text, .refusal, .media, .native: return self
        }
    }
}

extension [ChatMessage] {
    /// The conversation, for targets that want no two calls of one to share an id: a call with an earlier one's gets another,
    /// and so do its results.
    ///
    /// - Parameter fit: what the target makes of an id, which is what must be unique. An id that fits stays as it is.
    func withUniqueCalls(fit: (JSONString) -> JSONString) -> [ChatMessage] {
        hasRepeatedCalls(fit) ? renamingRepeatedCalls(fit) : self
    }

    /// Nearly none has, and those are not copied.
    private func hasRepeatedCalls(_ fit: (JSONString) -> JSONString) -> Bool {
        guard haveBlocks else { return false }
        var seen: Set<JSONString> = []
        for message in self where message.hasBlocks {
            for case .toolCall(let call) in message.content where !seen.insert(fit(call.id)).inserted { return true }
        }
        return false
    }

    private func renamingRepeatedCalls(_ fit: (JSONString) -> JSONString) -> [ChatMessage] {
        var messages = self
        var taken: Set<JSONString> = []
        // Calls of the last message that has any of an id, by that id: those whose results are still to come.
        var open: [JSONString: (message: Int, ids: [JSONString], next: Int)] = [:]
        // The last number that was put behind an id, by what the target makes of the id.
        var counts: [JSONString: Int] = [:]
        for index in messages.indices where messages[index].hasBlocks {
            var content = messages[index].content
            for place in content.indices {
                switch content[place] {
                case .toolCall(var call):
                    let given = call.id
                    var id = given
                    let fitting = fit(given)
                    if !taken.insert(fitting).inserted {
                        var count = counts[fitting] ?? 1
                        repeat {
                            count += 1
                            id = given + JSONString("_\(count)")
                        } while !taken.insert(fit(id)).inserted
                        counts[fitting] = count
                    }
                    if open[given]?.message == index {
                        open[given]?.ids.append(id)
                    } else {
                        open[given] = (index, [id], 0)
                    }
                    call.id = id
                    content[place] = .toolCall(call)
                case .toolResult(var result):
                    let given = result.callID
                    guard let calls = open[given] else { continue }
                    // Calls of one message are answered in their order; a result too many is the last one's.
                    if calls.next + 1 < calls.ids.count { open[given]?.next += 1 }
                    result.callID = calls.ids[calls.next]
                    content[place] = .toolResult(result)
                case .text, .refusal, .thinking, .media, .native: break
                }
            }
            messages[index].content = content
        }
        return messages
    }
}
