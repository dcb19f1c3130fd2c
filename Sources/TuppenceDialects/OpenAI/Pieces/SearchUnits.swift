/// What Cohere charges a ranking by: a query with up to 100 documents is a unit. A document that has more than 500 tokens
/// with the query counts as several (https://cohere.com/pricing), and is cut off at `max_tokens_per_doc`, 4,096 unless the
/// request says otherwise (https://docs.cohere.com/changelog/rerank-v3.5, read 2026-11). A query takes half of a piece
/// at the most.
enum SearchUnits {
    static let usualTokensOfDocument = 4_096
    private static let piece = 500
    private static let unit = 100

    /// - Parameters:
    ///   - documents: the bytes of each, which it has not more tokens than.
    ///   - query: its bytes.
    static func most(documents: [Int], query: Int, mostTokensOfDocument: Int) -> Int {
        let room = max(piece - query, piece / 2)
        let pieces = documents.reduce(0) { $0 + max(1, (min($1, mostTokensOfDocument) + room - 1) / room) }
        return max(1, (pieces + unit - 1) / unit)
    }

    static func usual(documents: Int) -> Int { max(1, (documents + unit - 1) / unit) }
}
