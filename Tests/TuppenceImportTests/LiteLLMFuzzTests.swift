import Testing
import TuppenceConfiguration
import TuppenceCore

@testable import TuppenceImport

@Suite("Files that were damaged on their way from LiteLLM")
struct LiteLLMFuzzTests {
    private static let sample = """
        model_list:
          - model_name: chat
            litellm_params:
              model: openai/gpt-4o-mini
              api_key: sk-hidden-secret
              rpm: 900
              weight: 0.7
              order: 1
              max_tokens: 256
              timeout: 2.5
              input_cost_per_token: 1.5e-07
              output_cost_per_token: 6e-07
            model_info: { max_input_tokens: 128000, base_model: gpt-4o }
          - model_name: chat
            litellm_params: { model: azure/gpt-4o, api_base: "https://acme.openai.azure.com", api_version: "2024-10-21", weight: 0.3 }
          - model_name: own
            litellm_params: { model: hosted_vllm/opt, api_base: "http://10.0.0.7:8000/v1", input_cost_per_token: 0, output_cost_per_token: 0, max_budget: 5, budget_duration: 1d }
        router_settings:
          fallbacks: [ { chat: [ own ] } ]
          model_group_alias: { gpt-4: chat }
          provider_budget_config: { openai: { budget_limit: 10, time_period: 30d } }
        litellm_settings: { cache: true, cache_params: { ttl: 600 }, max_budget: 100, request_timeout: 30 }
        general_settings: { master_key: os.environ/MASTER, max_request_size_mb: 8 }
        """

    @Test("whatever is read, what is written is good and has no secret in it", arguments: UInt64(1)...8)
    func damaged(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        var imports = 0
        for round in 0..<60 {
            let yaml = Self.damaged(Self.sample, &random)
            let made: LiteLLMImport
            do { made = try imported(yaml) } catch is LiteLLMImport.Unreadable { continue }
            imports += 1
            let told = made.findings.map { $0.setting + $0.reason }.joined() + made.text
            #expect(!told.contains("hidden-secret"), "seed \(seed), round \(round):\n\(yaml)")
            do {
                _ = try made.configuration
            } catch {
                Issue.record("seed \(seed), round \(round):\n\(yaml)\n---\n\(made.text)\n---\n\(error)")
                return
            }
        }
        // Damage that leaves no YAML would prove nothing.
        #expect(imports > 15)
    }

    /// One change or two: a value in place of another, characters gone or put in, a line gone or there twice.
    private static func damaged(_ text: String, _ random: inout RandomSource) -> String {
        let values = [
            "", "null", "true", "-1", "0", "1e400", "1e-400", "99999999999999999999", "[]", "{}", "[ 7 ]", "{ a: b }",
            "\"\"", "\"a b\"", "\"é\"", "os.environ/X", "os.environ/", "${HOME}", "'$'", "*", "x/y/z", "each",
            "http://[::1]:8000", "https://user:pass@host/v1", "0x10", "1_000", ".5", "5.",
        ]
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for _ in 0...Int.random(in: 0...1, using: &random) {
            let line = Int.random(in: lines.indices, using: &random)
            switch Int.random(in: 0...4, using: &random) {
            case 0: if lines.count > 3 { lines.remove(at: line) }
            case 1: lines.insert(lines[line], at: line)
            case 2:
                if let colon = lines[line].lastIndex(of: ":") {
                    lines[line] = lines[line][...colon] + " " + (values.randomElement(using: &random) ?? "")
                }
            case 3:
                let characters = Array(lines[line])
                guard !characters.isEmpty else { continue }
                let place = Int.random(in: characters.indices, using: &random)
                lines[line] = String(characters[..<place] + characters[(place + 1)...])
            default:
                var characters = Array(lines[line])
                let place = Int.random(in: 0...characters.count, using: &random)
                characters.insert("-:{}[],\"' 0a/*$".randomElement(using: &random) ?? "-", at: place)
                lines[line] = String(characters)
            }
        }
        return lines.joined(separator: "\n")
    }
}
