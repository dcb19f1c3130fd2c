import ArgumentParser
import Foundation
import TuppenceGateway

struct PricesCount: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "count",
        abstract: "How many input tokens a request is held for.",
        discussion: """
            Reads the body of a request in OpenAI's dialect and prints the most input tokens that its model may count, \
            which is what it is held for, and what is booked where a provider counts nothing. With --lines each line is \
            a body of its own, and so is the answer to it.
            """)

    @Argument(help: "The file to read; - for standard input.") var file: String
    @Option(help: "The model to count for, in place of the body's.") var model: String?
    @Flag(help: "Read many bodies, one a line.") var lines = false
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let bytes = try InputFile.read(file)
        guard lines else {
            let line = try InputLine(body: bytes[...], model: model)
            return json ? try JSONOutput.print(line) : print(line.text)
        }
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        for (index, body) in bytes.split(separator: 10).enumerated() {
            do {
                StandardOutput.write(
                    String(decoding: try encoder.encode(InputLine(body: body, model: model)), as: UTF8.self) + "\n")
            } catch let failure as Failure {
                throw Failure("line \(index + 1): \(failure.description)")
            }
        }
    }
}
