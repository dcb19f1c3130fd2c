/// Reading `credential_list`: keys and addresses that deployments name in place of their own.
///
/// Source: https://docs.litellm.ai/docs/proxy/ui_credentials, …/proxy/configs (read 2026-11).
extension LiteLLMImport {
    mutating func readCredentials(_ list: SettingNode) {
        guard list.isSequence || list.isNull else { return leftOut(list, "it is no list of credentials.") }
        for entry in list.elements {
            guard let name = entry["credential_name"]?.text, let values = entry["credential_values"] else {
                leftOut(entry, "a credential has a 'credential_name' and 'credential_values'.")
                continue
            }
            credentials[name] = values
        }
    }

    /// The parameters of a deployment, with what its credential has and they have not.
    ///
    /// - Returns: nil where it names one that is not there: another key would be another account.
    mutating func withCredential(_ parameters: SettingNode) -> SettingNode? {
        guard let node = parameters["litellm_credential_name"], let name = node.text else { return parameters }
        guard let values = credentials[name] else {
            leftOut(
                node,
                "there is no credential '\(name)' in the file; those in LiteLLM's database do not come over. Give the deployment its 'api_key'."
            )
            return nil
        }
        usedCredentials.insert(name)
        return parameters.filled(from: values)
    }

    mutating func reportUnusedCredentials(_ list: SettingNode) {
        for entry in list.elements {
            guard let name = entry["credential_name"]?.text, credentials[name] != nil, !usedCredentials.contains(name)
            else { continue }
            changed(entry, "no model of the file names it, so its key is not written.")
        }
    }
}
