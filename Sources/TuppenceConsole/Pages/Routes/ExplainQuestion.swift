import TuppenceAdministration

/// The form that asks where a request would go, as it was filled in.
struct ExplainQuestion {
    static let needs = [
        (id: "tools", label: "Tools"), (id: "vision", label: "Pictures"), (id: "schema", label: "A JSON schema"),
        (id: "stream", label: "Streaming"),
    ]

    private static let usualInput = 1_000

    let model: String
    let key: String
    let input: String
    let output: String
    /// Those of ``needs`` that are ticked.
    let asked: Set<String>
    private(set) var inputFault: String?
    private(set) var outputFault: String?

    init(_ call: PageCall) {
        model = call.text("model") ?? ""
        key = call.text("key") ?? ""
        input = call.text("input") ?? "\(Self.usualInput)"
        output = call.text("output") ?? ""
        asked = Set(Self.needs.map(\.id).filter { call.text($0) != nil })
        if Self.count(input, from: 0) == nil { inputFault = Self.fault(input, from: 0) }
        if !output.isEmpty, Self.count(output, from: 1) == nil { outputFault = Self.fault(output, from: 1) }
    }

    /// What is asked about; nil where nothing is, or no such number can be.
    var sketch: RequestSketch? {
        guard !model.isEmpty, outputFault == nil, let input = Self.count(input, from: 0) else { return nil }
        return RequestSketch(
            model: model, inputTokens: input, outputTokens: Self.count(output, from: 1),
            needsTools: asked.contains("tools"), needsVision: asked.contains("vision"),
            needsJSONSchema: asked.contains("schema"), streams: asked.contains("stream"))
    }

    private static func count(_ text: String, from least: Int) -> Int? {
        Int(text.filter { $0 != "," && $0 != " " }).flatMap {
            (least...RequestSketch.mostTokens).contains($0) ? $0 : nil
        }
    }

    private static func fault(_ text: String, from least: Int) -> String {
        "'\(text.prefix(40))' is not a number from \(least) to \(Shown.count(RequestSketch.mostTokens))."
    }
}
