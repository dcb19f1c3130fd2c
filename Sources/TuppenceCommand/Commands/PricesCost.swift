import ArgumentParser
import Foundation
import TuppenceAdministration
import TuppenceCore
import TuppenceDialects
import TuppenceGateway

struct PricesCost: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cost",
        abstract: "What a usage costs.",
        discussion: """
            Reads what a provider answered, a whole answer, a stream or the usage object alone, counts what was used as \
            the gateway does, and prices it.

            With --lines each line is an object of its own, with "target", "documents" (the JSON documents of the \
            answer, one for each event of a stream), and "dialect" and "service" where they differ; the answer to each \
            is a line, too.
            """)

    @OptionGroup var options: ConfigurationOptions
    @Argument(help: "The target, as in anthropic/claude-haiku-4-5; not with --lines.") var target: String?
    @Option(help: "The file to read; - for standard input.") var usage: String
    @Option(help: "The wire format: \(Self.dialects). Without it the provider's own.") var dialect: String?
    @Option(help: "The tier of service, where the answer does not tell: standard, batch, flex or priority.")
    var service: String?
    @Option(help: "Further prices: a file in the catalogue's form, its models as provider/model.") var prices: String?
    @Flag(help: "Read many usages, one a line.") var lines = false
    @Flag(help: "Print JSON.") var json = false

    private static var dialects: String { UsageDialect.allCases.map(\.rawValue).joined(separator: ", ") }

    func run() throws {
        var sheet = PriceSheet(configured: try options.load().configuration.policy.prices)
        if let prices { try sheet.add(listFrom: prices) }
        let bytes = try InputFile.read(usage)
        if lines { return try answerLines(bytes, sheet) }
        guard let target, let target = Target(target) else {
            throw Failure(
                "Name the target as provider/model: tuppence prices cost openai/gpt-5-mini --usage answer.json")
        }
        let question = UsageQuestion(
            target: target, dialect: try named(dialect, "dialect") ?? sheet.dialect(of: target.provider),
            service: try named(service, "service"))
        let answer = try question.answer(SSEText.documents(of: bytes), prices: sheet)
        guard answer.costNanodollars != nil else {
            throw Failure("No price is known for \(target). Give it one under 'prices', or with --prices.")
        }
        if json { return try JSONOutput.print(answer) }
        print(answer.text)
    }

    private func answerLines(_ bytes: [UInt8], _ sheet: PriceSheet) throws {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        for (index, line) in bytes.split(separator: 10).enumerated() {
            do {
                let answer = try UsageQuestion.answer(line: Array(line), prices: sheet)
                StandardOutput.write(String(decoding: try encoder.encode(answer), as: UTF8.self) + "\n")
            } catch let failure as Failure {
                throw Failure("line \(index + 1): \(failure.description)")
            }
        }
    }

    private func named<Value: RawRepresentable<String> & CaseIterable>(
        _ name: String?, _ what: String
    ) throws -> Value? {
        guard let name else { return nil }
        guard let value = Value(rawValue: name) else {
            let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw Failure("'\(name)' is no \(what). There are \(known).")
        }
        return value
    }
}
