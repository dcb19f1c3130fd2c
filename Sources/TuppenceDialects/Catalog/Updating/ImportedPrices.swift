import TuppenceCore

/// What a public list of models says, by provider and model as they are called here.
package struct ImportedPrices: Sendable {
    package enum Format: String, Sendable {
        case catalogue = "the catalogue's form"
        case liteLLM = "LiteLLM's price list"
        case openRouter = "OpenRouter's list of models"
        case modelsDev = "models.dev's list"
    }

    /// One that could not be taken over, and why.
    package struct Skipped: Hashable, Sendable {
        package var name: String
        package var reason: String
    }

    package let format: Format
    package private(set) var models: [(target: Target, facts: ImportedFacts)] = []
    package private(set) var skipped: [Skipped] = []

    init(_ format: Format) { self.format = format }

    mutating func add(_ target: Target, _ facts: ImportedFacts) { models.append((target, facts)) }
    mutating func skip(_ name: String, _ reason: String) { skipped.append(Skipped(name: name, reason: reason)) }

    /// Those of `providers` alone.
    package func only(_ providers: Set<String>) -> ImportedPrices {
        var some = self
        some.models.removeAll { !providers.contains($0.target.provider) }
        return some
    }

    /// Reads a file in any of the forms.
    ///
    /// - Throws: if it is none of them.
    package static func read(_ bytes: [UInt8], name: String) throws(PriceImportError) -> ImportedPrices {
        let first = bytes.first { ![9, 10, 13, 32].contains($0) }
        guard first == UInt8(ascii: "{") else { return try catalogue(bytes, name: name) }
        do throws(JSONError) {
            let found = try JSONTree.read(bytes) { (root) throws(JSONError) -> ImportedPrices? in
                for value in (root["data"]?.elements).map({ Array($0) }) ?? [] where value["pricing"] != nil {
                    return openRouter(root)
                }
                for member in root.members {
                    if member.value["litellm_provider"] != nil { return liteLLM(root) }
                    if member.value["models"] != nil { return modelsDev(root) }
                }
                return nil
            }
            if let found { return found }
        } catch {
            throw PriceImportError(message: "\(name) is no JSON: \(error.reason) at byte \(error.offset).")
        }
        throw PriceImportError(
            message: "\(name) is JSON, but neither LiteLLM's price list, nor OpenRouter's models, nor models.dev's.")
    }

    private static func catalogue(_ bytes: [UInt8], name: String) throws(PriceImportError) -> ImportedPrices {
        let text = String(decoding: bytes, as: UTF8.self)
        var imported = ImportedPrices(.catalogue)
        do throws(PriceList.ParseError) {
            if ProviderFile.isOne(text) {
                let file = try ProviderFile(name: name, text: text)
                for entry in try file.models() {
                    imported.add(Target(provider: file.provider.id, model: entry.model), ImportedFacts(entry.listing))
                }
                return imported
            }
            for entry in try PriceList.parse(text, version: "") {
                if let target = Target(entry.model) {
                    imported.add(target, ImportedFacts(entry.listing))
                } else {
                    imported.skip(entry.model, "it is not provider/model")
                }
            }
        } catch {
            throw PriceImportError(message: "\(name), \(error)")
        }
        return imported
    }
}

package struct PriceImportError: Error, Hashable, Sendable, CustomStringConvertible {
    package let message: String
    package var description: String { message }
}
