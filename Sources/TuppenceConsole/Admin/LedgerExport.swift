import HTTPTypes
import Hummingbird
import NIOCore
import TuppenceAdministration

/// Lines of the ledger as CSV, told page by page as they are found: however many there are, few of them are in memory, and others
/// have their questions answered in between.
struct LedgerExport: Sendable {
    private let query: LedgerQuery
    private let administration: AdministrationQueue
    /// How many lines at the most; nil for all.
    private let most: Int?
    private let first: ListPage<LedgerLine>

    /// Looks for the first lines, so that what is wrong with the question is told in place of an answer.
    ///
    /// - Parameter cursor: as of a page of the list.
    init(_ query: LedgerQuery, most: Int?, cursor: String?, in administration: AdministrationQueue) async throws {
        (self.query, self.most, self.administration) = (query, most, administration)
        let lines = Self.pageLines(most)
        first = try await administration.ask { try $0.ledger(query, limit: lines, cursor: cursor) }
    }

    private static func pageLines(_ left: Int?) -> Int { min(left ?? .max, Administration.pageSizes.upperBound) }

    func response(_ status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [
                .contentType: "text/csv; charset=utf-8", .contentDisposition: "attachment; filename=\"ledger.csv\"",
            ], body: body)
    }

    private var body: ResponseBody {
        ResponseBody { writer in
            try await writer.write(ByteBuffer(string: LedgerLine.csvHeader))
            var (page, told) = (first, 0)
            while true {
                // A page in which nothing was found: others may follow.
                if !page.data.isEmpty { try await writer.write(ByteBuffer(string: LedgerLine.csv(page.data))) }
                told += page.data.count
                let left = most.map { $0 - told }
                guard let cursor = page.nextCursor, left != 0 else { break }
                let (query, lines) = (query, Self.pageLines(left))
                page = try await administration.ask { try $0.ledger(query, limit: lines, cursor: cursor) }
            }
            try await writer.finish(nil)
        }
    }
}
