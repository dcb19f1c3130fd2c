import Testing
import TuppenceCore
import TuppenceDialects

@Suite("Families of the catalogue's models")
struct CatalogueFamilyTests {
    @Test("every chat model has one, in words and without its version")
    func everyModel() throws {
        var members: [String: Int] = [:]
        for file in ProviderCatalog.files {
            for entry in try file.models() where entry.listing.kind == .chat && entry.model != "*" {
                let family = ModelFamily.name(of: entry.model)
                #expect(family.contains { $0.isLetter }, "\(file.provider.id)/\(entry.model)")
                #expect(family == family.lowercased() && !family.contains("/"), "\(entry.model): \(family)")
                members[family, default: 0] += 1
            }
        }
        // The same makers' models at many hosts come together.
        for family in [
            "claude", "gpt", "gpt-oss", "llama", "gemini", "gemma", "qwen", "deepseek", "glm", "kimi", "grok",
        ] {
            #expect(members[family, default: 0] >= 5, "\(family)")
        }
        #expect(members.count <= 250, "\(members.keys.sorted())")
    }
}
