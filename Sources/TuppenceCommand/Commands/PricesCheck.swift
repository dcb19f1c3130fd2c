import ArgumentParser
import TuppenceConfiguration
import TuppenceCore
import TuppenceDialects
import TuppenceGateway
import TuppenceServer

struct PricesCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "What is improbable in files of providers and prices: a mistake in a unit, a column or a name.",
        discussion: """
            Without FILE all files of the catalogue are looked through. Ends with 0 where there is nothing to correct, with \
            2 where there is, and with 1 where a file can't be read.
            """)

    @Argument(help: "Files of providers, or of updates, whose models are written provider/model.")
    var files: [String] = []
    @Flag(help: "Print what there is to know as well, such as models that are retired by now.") var notes = false
    @Flag(help: "Print JSON, notes included.") var json = false

    func run() throws {
        let today = WallClock.now
        var lines: [PriceFindingLine] = []
        for path in files {
            for finding in try Self.findings(in: path, today) { lines.append(.init(path, finding)) }
        }
        for file in files.isEmpty ? ProviderCatalog.files : [] {
            let findings = file.read { () throws(PriceList.ParseError) in try PriceReview.findings(in: file, on: today)
            }
            for finding in findings { lines.append(.init(file.name, finding)) }
        }
        if json { try JSONOutput.print(lines) } else { printText(lines) }
        if lines.contains(where: { !$0.isNote }) { throw ExitCode(2) }
    }

    private static func findings(in path: String, _ today: Timestamp) throws -> [PriceReview.Finding] {
        let bytes = try InputFile.read(path)
        let text = String(decoding: bytes, as: UTF8.self)
        do throws(PriceList.ParseError) {
            guard ProviderFile.isOne(text) else {
                return PriceReview.findings(in: try PriceList.parse(text, version: "file"), on: today)
            }
            return try PriceReview.findings(in: ProviderFile(name: path, text: text), on: today)
        } catch {
            throw Failure("\(path), \(error)")
        }
    }

    private func printText(_ lines: [PriceFindingLine]) {
        for line in lines where notes || !line.isNote {
            print(
                "\(line.file):\(line.line): \(line.isNote ? "note: " : "")\(line.model): \(line.message) [\(line.oddity)]"
            )
        }
        let flagged = lines.count { !$0.isNote }
        let hidden = notes ? 0 : lines.count - flagged
        let rest = hidden == 0 ? "" : " There are \(hidden) notes, too: --notes."
        print((flagged == 0 ? "Nothing to correct." : "\(flagged) to correct, or to mark as sure=…") + rest)
    }
}

/// One line of what `prices check` finds, for programs.
struct PriceFindingLine: Encodable {
    var file: String
    var line: Int
    var model: String
    var oddity: String
    var message: String
    var isNote: Bool

    init(_ file: String, _ finding: PriceReview.Finding) {
        self.file = file
        line = finding.line
        model = finding.model
        oddity = finding.oddity.rawValue
        message = finding.message
        isNote = finding.isNote
    }
}
