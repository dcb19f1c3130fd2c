import Foundation

/// `embed-catalogue OUTPUT FILE…`: writes a Swift file in which each `FILE` is a string. The build runs it.
///
/// Strings lie in the program as they are: nothing has to be found when it runs, and what nobody looks at takes no memory.
@main
enum EmbedCatalogue {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst().map { URL(filePath: $0) }
        guard let output = arguments.first else { throw Failure(description: "embed-catalogue OUTPUT FILE…") }
        var entries: [String] = []
        for file in arguments.dropFirst() {
            let text = try String(contentsOf: file, encoding: .utf8)
            guard !text.contains("\"\"\"#") else {
                throw Failure(description: "\(file.lastPathComponent) has a \"\"\"#, which ends a string in Swift.")
            }
            entries.append(
                "EmbeddedFile(\n    name: \"\(file.lastPathComponent)\",\n    text: #\"\"\"\n\(text)\n\"\"\"#)")
        }
        let source =
            "enum EmbeddedCatalogue {\n    static let files: [EmbeddedFile] = [\n\(entries.joined(separator: ",\n"))\n]\n}\n"
        // One that is left as it is makes nothing be compiled again when only this tool has been.
        if (try? Data(contentsOf: output)) == Data(source.utf8) { return }
        try source.write(to: output, atomically: true, encoding: .utf8)
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }
}
