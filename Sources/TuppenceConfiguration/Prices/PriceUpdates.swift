import Foundation
import TuppenceCore
import TuppenceDialects

/// The prices that `tuppence prices update` has written beside the configuration: newer than the catalogue's, and below what
/// the configuration itself says.
public struct PriceUpdates: Sendable {
    /// The path of the file, whether it is there or not.
    public let path: String
    public private(set) var entries: [(target: Target, entry: PriceList.Entry)] = []

    /// `tuppence.prices` for `tuppence.yaml`.
    public static func path(besides configuration: String) -> String {
        let url = URL(filePath: configuration)
        let name = url.deletingPathExtension().lastPathComponent + ".prices"
        return configuration.contains("/") ? url.deletingLastPathComponent().appending(path: name).path() : name
    }

    /// Reads what lies beside `configuration`; nothing, if no file is there.
    public init(besides configuration: String) throws(ConfigurationError) {
        path = Self.path(besides: configuration)
        guard FileManager.default.fileExists(atPath: path) else { return }
        guard let data = FileManager.default.contents(atPath: path), let text = String(validating: data, as: UTF8.self)
        else { throw problem(line: 0, "this cannot be read as text.") }
        let version = "update-" + StableHash.hex(text)
        let list: [PriceList.Entry]
        do throws(PriceList.ParseError) {
            list = try PriceList.parse(text, version: version)
        } catch {
            throw problem(line: error.line, error.message + ".")
        }
        for entry in list {
            guard let target = Target(entry.model) else {
                throw problem(line: entry.line, "'\(entry.model)' is not provider/model.")
            }
            entries.append((target, entry))
        }
    }

    private func problem(line: Int, _ message: String) -> ConfigurationError {
        ConfigurationError(problems: [
            Problem(
                file: path, line: line, column: 1, message: message,
                remedy: "Correct it, or remove the file and write it again with: tuppence prices update")
        ])
    }
}
