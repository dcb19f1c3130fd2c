/// What a model can do, by its name, where a request has to know
/// (https://platform.openai.com/docs/guides/reasoning, https://docs.x.ai/docs/guides/reasoning, read 2026-11).
struct ResponsesModel: Hashable {
    /// Whether it thinks, and gives the cipher of its thoughts. Others refuse to be asked for it.
    let thinks: Bool

    init(_ name: String) {
        let model = name.split(separator: "/").last.map { $0.lowercased() } ?? ""
        let parts = model.split(separator: "-")
        guard let first = parts.first else {
            thinks = false
            return
        }
        switch first {
        case "gpt":
            let version = parts.count > 1 ? parts[1].prefix { $0.isNumber } : ""
            thinks = (Int(version) ?? 0) >= 5 && !parts.contains("chat") || parts.contains("oss")
        case "grok":
            thinks =
                (parts.contains("mini") || parts.dropFirst().first?.hasPrefix("4") == true) && !parts.contains("non")
        default:
            // o1, o3, o4 …
            thinks = first.count == 2 && first.first == "o" && first.last?.isNumber == true || first == "codex"
        }
    }
}
