import Testing
import TuppenceConfiguration
import TuppenceCore

@testable import TuppenceImport

@Suite("LiteLLM's files with anchors and '<<'")
struct LiteLLMMergeTests {
    @Test("what is merged in counts as if it were written there, and what is written there counts first")
    func parameters() throws {
        let made = try imported(
            """
            common: &common
              api_key: os.environ/TEAM_KEY
              timeout: 30
            model_list:
              - model_name: chat
                litellm_params: { <<: *common, model: openai/gpt-4o-mini }
              - model_name: big
                litellm_params: { model: openai/gpt-4o, <<: *common, timeout: 60 }
            """)
        let policy = try made.configuration.policy
        #expect(made.text.contains("${TEAM_KEY}") && Set(made.variables.keys) == ["TEAM_KEY"])
        #expect(policy.routes["chat"]?.attemptTimeout == .seconds(30))
        #expect(policy.routes["big"]?.attemptTimeout == .seconds(60))
        #expect(made.findings.isEmpty)
    }

    @Test("whole deployments are merged, and lists of mappings")
    func deployments() throws {
        let made = try imported(
            """
            model_list:
              - &first
                model_name: chat
                litellm_params: &params { model: openai/gpt-4o-mini, max_tokens: 256 }
              - <<: [ { model_name: other }, *first ]
                litellm_params: { <<: *params, max_tokens: 512 }
            """)
        #expect(try made.configuration.targets(of: "other") == ["openai/gpt-4o-mini 1 0"])
        #expect(try made.configuration.policy.routes["other"]?.maxOutputTokens == 512)
    }

    @Test("what is found in it has the line that it stands on; what merges nothing is listed")
    func findings() throws {
        let made = try imported(
            """
            x: &x
              organization: acme
            model_list:
              - model_name: chat
                litellm_params: { <<: *x, model: openai/gpt-4o-mini }
              - model_name: chat
                litellm_params: { <<: 7, model: openai/gpt-4o }
            """)
        #expect(made.leftOut("model_list[0].litellm_params.organization")?.line == 2)
        #expect(made.leftOut("model_list[1].litellm_params.<<")?.line == 7)
        #expect(made.findings.count == 2)
    }
}
