/// A table for people: columns as wide as their widest cell, numbers to the right. A row is one line, whatever is in its cells.
struct Table {
    private let header: [String]
    private let numeric: Set<Int>
    private var rows: [[String]] = []

    /// - Parameter numeric: the columns that are set to the right.
    init(_ header: [String], numeric: Set<Int> = []) {
        self.header = header
        self.numeric = numeric
    }

    mutating func add(_ cells: [String]) {
        precondition(cells.count == header.count, "a row of \(cells.count) cells in a table of \(header.count)")
        rows.append(cells.map { $0.shown() })
    }

    var isEmpty: Bool { rows.isEmpty }

    var text: String {
        let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
        return ([header] + rows).map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                line += (column == 0 ? "" : "  ") + (numeric.contains(column) ? padding + cell : cell + padding)
            }
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }
}
