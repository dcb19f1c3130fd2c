import Foundation
import TuppenceCore
import TuppenceDialects

/// A provider's file beside the configuration, as `file:` names it.
struct ProviderModels {
    /// nil, after a report, where it could not be read.
    private(set) var provider: Provider?
    private(set) var models: [PriceList.Entry] = []
    /// Those that are no longer offered.
    private(set) var former: [PriceList.Entry] = []

    /// Reads the file that `cursor` names, relative to the folder of the configuration.
    init(at cursor: YAMLCursor) {
        guard let text = cursor.text("a file such as acme.prices") else { return }
        let path = Self.path(text.value, besides: cursor.reader.file)
        guard let data = FileManager.default.contents(atPath: path),
            let content = String(validating: data, as: UTF8.self)
        else {
            cursor.report("'\(text.written)' is no file that can be read as text.", "It is looked for at \(path).")
            return
        }
        do throws(PriceList.ParseError) {
            let file = try ProviderFile(name: path, text: content)
            models = try file.models()
            former = try file.formerModels()
            provider = file.provider
        } catch {
            cursor.report("'\(text.written)', \(error).", "Correct that file.")
        }
    }

    private static func path(_ name: String, besides configuration: String) -> String {
        if name.hasPrefix("/") { return name }
        return URL(filePath: configuration).deletingLastPathComponent().appending(path: name).path()
    }
}
