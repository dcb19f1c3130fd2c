import Foundation

/// `docs/reference/matrix.md`, made of what the cells come to.
enum MatrixPage {
    static let place = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../docs/reference/matrix.md").standardized

    static var text: String {
        let cells = Cell.all
        let possible = cells.filter { $0.impossibility == nil }
        let passed = possible.filter { $0.findings.isEmpty }
        var page = """
            # What is translated into what

            Made by `Tests/TuppenceDialectsTests/Matrix`, and held against it: after a change,
            `TUPPENCE_WRITE_DOCS=1 swift test --filter MatrixTests` writes this page anew.

            A field is one caller's dialect with one provider's, in one scene. ✓ says that the request is what the provider
            documents; that the provider's answer, whole and as a stream, in one piece and byte by byte, has the same text,
            calls (ids, names, arguments), end and usage in the caller's own terms; and, of errors, that the caller's clients
            find the kind and the provider's words, also in the midst of a stream. A number says why there is nothing to
            translate. Where caller and provider speak the same dialect the gateway passes bytes through; ✓ says that the
            translation would do as well. [Translation](translation.md) says what becomes of what.

            Of \(cells.count) fields \(passed.count) pass, and \(cells.count - possible.count) are impossible.

            """
        for caller in Caller.allCases { page += table(caller) }
        page += "\n## What is impossible, and why\n\n"
        for (index, impossibility) in Impossibility.allCases.enumerated() {
            page += "\(index + 1). \(impossibility.rawValue)\n"
        }
        return page
    }

    private static func table(_ caller: Caller) -> String {
        let providers = MatrixProvider.allCases
        var table = "\n## Callers of \(caller.rawValue)\n\n"
        table += "| Scene | " + providers.map(\.rawValue).joined(separator: " | ") + " |\n"
        table += "|---|" + providers.map { _ in "---|" }.joined() + "\n"
        for scene in Scene.allCases {
            let marks = providers.map { mark(Cell(caller: caller, provider: $0, scene: scene)) }
            table += "| \(scene.rawValue) | " + marks.joined(separator: " | ") + " |\n"
        }
        return table
    }

    private static func mark(_ cell: Cell) -> String {
        guard cell.findings.isEmpty else { return "fails" }
        guard let impossibility = cell.impossibility,
            let index = Impossibility.allCases.firstIndex(of: impossibility)
        else { return "✓" }
        return "\(index + 1)"
    }
}
