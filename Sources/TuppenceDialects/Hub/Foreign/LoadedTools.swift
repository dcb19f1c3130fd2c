/// Tools that a search of the caller's own has found (Claude Code's `ToolSearch`). Each stands among the request's tools as
/// well, with `defer_loading` and its whole schema, so that a target that loads none later has it from the start.
///
/// Source: `ToolReferenceBlockParam` of https://github.com/anthropics/anthropic-sdk-python (read 2026-11).
extension ChatRequest {
    /// Tells in words, for another dialect than Anthropic's, which tools such a search has found.
    package mutating func tellLoadedTools(for dialect: Dialect) {
        guard origin == .anthropic, messages.haveBlocks else { return }
        let limit = dialect.longestToolName
        // Nearly none has any.
        for index in messages.indices
        where messages[index].hasBlocks && messages[index].content.contains(where: \.hasLoadedTools) {
            messages[index].content = messages[index].content.map { block in
                guard case .toolResult(var result) = block else { return block }
                result.content = Self.told(result.content, limit)
                return .toolResult(result)
            }
        }
    }

    /// - Parameter limit: how many characters of a tool's name the target takes.
    private static func told(_ content: [Block], _ limit: Int) -> [Block] {
        var told: [Block] = []
        var isBehindTool = false
        for part in content {
            guard case .native(let native) = part, let text = native.loadedTool(limit) else {
                told.append(part)
                isBehindTool = false
                continue
            }
            // In one text, a line each: texts that follow each other are joined by nothing for some targets.
            if isBehindTool, case .text(var before)? = told.popLast() {
                before.text = before.text + "\n" + text.text
                before.cache = text.cache ?? before.cache
                told.append(.text(before))
            } else {
                told.append(.text(text))
            }
            isBehindTool = true
        }
        return told
    }
}

extension Block {
    fileprivate var hasLoadedTools: Bool {
        guard case .toolResult(let result) = self else { return false }
        return result.content.contains { part in
            if case .native(let native) = part { native.isLoadedTool } else { false }
        }
    }
}

extension NativeBlock {
    fileprivate var isLoadedTool: Bool { type.equals("tool_reference") }

    /// - Returns: nil for anything else.
    fileprivate func loadedTool(_ limit: Int) -> TextBlock? {
        guard isLoadedTool else { return nil }
        do throws(JSONError) {
            return try json.read { (value) -> TextBlock? in
                guard let name = value["tool_name"]?.string, !name.isEmpty else { return nil }
                var text = TextBlock("Tool loaded: " + name.shortened(to: limit))
                text.cache = value["cache_control"].flatMap { CacheMark($0) }
                return text
            }
        } catch { return nil }  // What cannot be read is refused.
    }
}
