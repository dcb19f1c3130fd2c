import Testing
import TuppenceCore
import TuppenceDialects

/// The catalogue keeps requests from models by what it says of them, so it must not say too little.
@Suite("What the catalogue says that models can do")
struct CatalogueCapabilityTests {
    @Test(
        "no recorded answer shows a model doing what its row has left out",
        .enabled(if: Recording.folder != nil, "there are no recordings: set TUPPENCE_CORPUS to their folder"))
    func recorded() throws {
        var checked = 0
        for recording in try Recording.all() where recording.endpoint == "chat/completions" && recording.status == 200 {
            let provider = String(recording.name.prefix { $0 != "/" }).replacing("_", with: "-")
            guard let model = recording.request["model"] as? String,
                let entry = ProviderCatalog.models(of: Self.names[provider] ?? provider).first(where: {
                    $0.model == model
                })
            else { continue }
            let needs = RecordedNeeds(recording.request).names.compactMap { ModelCapabilities(name: $0) }
            if needs.isEmpty { continue }
            checked += 1
            for need in needs {
                #expect(
                    entry.listing.lacks.isDisjoint(with: need), "\(recording.name): \(model) has done \(need.names)")
            }
        }
        #expect(checked > 500, "\(checked)")
    }

    /// Of providers that are called otherwise in the recordings.
    private static let names = ["alibaba": "dashscope"]
}
