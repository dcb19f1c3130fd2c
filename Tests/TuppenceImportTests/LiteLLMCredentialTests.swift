import Testing
import TuppenceConfiguration
import TuppenceCore

@testable import TuppenceImport

@Suite("LiteLLM's credentials by name")
struct LiteLLMCredentialTests {
    @Test("a deployment has the key and the address of the credential that it names")
    func named() throws {
        let made = try imported(
            """
            model_list:
              - { model_name: chat, litellm_params: { model: openai/gpt-4o, litellm_credential_name: team } }
              - { model_name: usual, litellm_params: { model: openai/gpt-4o } }
              - model_name: azure
                litellm_params: { model: azure/gpt-4o, litellm_credential_name: acme, api_version: "2024-10-21" }
            credential_list:
              - { credential_name: team, credential_values: { api_key: os.environ/TEAM_KEY } }
              - credential_name: acme
                credential_values: { api_key: os.environ/ACME, api_base: "https://acme.openai.azure.com", api_version: x }
                credential_info: { description: Azure }
            """)
        #expect(Set(made.variables.keys) == ["TEAM_KEY", "OPENAI_API_KEY", "ACME"])
        let configuration = try made.configuration
        #expect(configuration.targets(of: "chat") == ["openai/gpt-4o 1 0"])
        #expect(configuration.targets(of: "usual") == ["openai-2/gpt-4o 1 0"])
        #expect(configuration.providers.first { $0.id == "azure" }?.baseURL == "https://acme.openai.azure.com")
        // What the deployment itself says goes before.
        #expect(made.text.contains("api_version: \"2024-10-21\""))
        #expect(made.findings.isEmpty)
    }

    @Test("a secret among them is a variable, and what stands in the list has its line there")
    func secret() throws {
        let made = try imported(
            """
            credential_list:
              - credential_name: team
                credential_values:
                  api_key: sk-very-secret
            model_list:
              - { model_name: chat, litellm_params: { model: openai/gpt-4o, litellm_credential_name: team } }
            """)
        #expect(!made.text.contains("very-secret") && made.text.contains("${OPENAI_API_KEY}"))
        #expect(made.changed("model_list[0].litellm_params.api_key")?.line == 4)
    }

    @Test("one that is not in the file leaves its deployment out: another key is another account")
    func missing() throws {
        let made = try imported(
            """
            credential_list: [ { credential_name: unused, credential_values: { api_key: os.environ/X } }, 7 ]
            model_list:
              - { model_name: mine, litellm_params: { model: openai/gpt-4o, litellm_credential_name: gone } }
            """)
        #expect(made.leftOut("model_list[0].litellm_params.litellm_credential_name")?.line == 3)
        #expect(try made.configuration.targets(of: "mine") == [])
        #expect(made.changed("credential_list[0]") != nil && made.leftOut("credential_list[1]") != nil)
        #expect(made.variables.isEmpty)
    }
}
