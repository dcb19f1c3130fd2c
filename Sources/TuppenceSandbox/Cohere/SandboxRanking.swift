/// `POST /v1/rerank`, as Cohere has it: documents that share more words with the query come first.
struct SandboxRanking: SandboxEndpoint {
    static let kind = SandboxModel.Kind.ranking

    private let query: Set<Substring>
    private let documents: [String]
    private let most: Int

    init(_ request: SandboxJSON) throws(SandboxRefusal) {
        guard let query = request["query"]?.string else { throw .missing("query") }
        self.query = Self.words(query)
        documents = try request.strings("documents")
        guard !documents.isEmpty else { throw .missing("documents") }
        most = try request.positiveInteger("top_n") ?? documents.count
    }

    func steps(_ model: SandboxModel, faults: SandboxFaults, stamp: SandboxStamp) -> [SandboxStep] {
        let units = (documents.count + 99) / 100
        let shares = documents.map { Self.words($0).intersection(query).count * 1_000 / max(query.count, 1) }
        let order = shares.indices.sorted { (shares[$0], $1) > (shares[$1], $0) }
        let results = order.prefix(most).map { index -> SandboxJSON in
            let text = String(shares[index] + 10_000)
            return [
                "index": .int(index),
                "relevance_score": .number(shares[index] >= 1_000 ? "1.0" : "0.\(text.suffix(3))"),
            ]
        }
        var document: [SandboxJSON.Member] = [
            .init(name: "id", value: stamp.id("rank-")), .init(name: "results", value: .array(results)),
        ]
        if !faults.omitsUsage {
            document.append(
                .init(
                    name: "meta",
                    value: ["api_version": ["version": "2"], "billed_units": ["search_units": .int(units)]]))
        }
        let charge = SandboxCharge(model: model, promptTokens: 0, pieces: units)
        return SandboxDelivery(charge: charge, faults: faults).document(.object(document), completionTokens: 0)
    }

    private static func words(_ text: String) -> Set<Substring> {
        Set(text.lowercased().split { !$0.isLetter && !$0.isNumber }.map { $0 })
    }
}
