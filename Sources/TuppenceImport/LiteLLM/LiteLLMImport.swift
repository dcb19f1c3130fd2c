import TuppenceCore
import Yams

/// Makes a `tuppence.yaml` of the configuration of a LiteLLM proxy, and lists what did not come over as it was.
///
/// Source: https://docs.litellm.ai/docs/proxy/configs, …/proxy/config_settings, …/routing, …/proxy/reliability (read 2026-11).
package struct LiteLLMImport {
    /// The file cannot be read at all.
    package struct Unreadable: Error, CustomStringConvertible {
        package let description: String
    }

    /// In the order of the file.
    package private(set) var findings: [ImportFinding] = []
    /// The text of the file.
    package private(set) var text = ""
    /// The same text with nothing in it that is looked up outside of it and the environment: to check, not to keep.
    package private(set) var checkable = ""
    /// The environment variables that it reads, each with a value of the kind that is expected of it.
    package private(set) var variables: [String: String] = [:]

    package var hasLeftOut: Bool { findings.contains { $0.kind == .leftOut } }

    var file = TuppenceFile()
    /// The price of a target as the catalogue has it.
    let listing: (Target) -> PriceBook.Listing?
    var deployments: [LiteLLMDeployment] = []
    /// What each of `credential_list` has.
    var credentials: [String: SettingNode] = [:]
    var usedCredentials: Set<String> = []
    /// What each provider's entry was made from, by its name.
    var providerOrigins: [String: String] = [:]
    /// Where the secrets that stand in the file itself are to be read from instead.
    private var secretVariables: [String: String] = [:]

    /// - Parameters:
    ///   - origin: what the file is called.
    ///   - allowsUnpriced: whether targets whose price nobody knows are taken over, at no cost.
    package init(
        _ yaml: String, origin: String, allowsUnpriced: Bool = false,
        listing: @escaping (Target) -> PriceBook.Listing?
    ) throws(Unreadable) {
        self.listing = listing
        file.allowsUnpriced = allowsUnpriced
        let root: Node?
        do { root = try compose(yaml: yaml) } catch {
            throw Unreadable(description: "\(origin) is no YAML: \(error)")
        }
        guard let root, root.mapping != nil else {
            throw Unreadable(description: "\(origin) is no configuration of LiteLLM: it has no settings.")
        }
        read(SettingNode(root: root), of: yaml)
        findings.sort { ($0.line, $0.setting) < ($1.line, $1.setting) }
        text = file.text(origin: origin)
        checkable = file.withoutFiles.text(origin: origin)
        // What was looked at for a target that was left out in the end needs none.
        let written = text
        variables = variables.filter { written.contains("${\($0.key)}") }
    }

    private mutating func read(_ root: SettingNode, of yaml: String) {
        if let list = root["credential_list"] { readCredentials(list) }
        // What routes need of the settings is read after the deployments that they are made of.
        for section in root.members {
            switch section.name {
            case "model_list": readModels(section.value)
            case "router_settings", "litellm_settings", "general_settings", "environment_variables",
                "credential_list":
                continue
            default:
                // LiteLLM doesn't look at it either.
                if LiteLLMReasons.known(section.name, in: "") == nil, Self.hasAnchor(section, of: root, in: yaml) {
                    continue
                }
                leftOut(section.value, LiteLLMReasons.reason(for: section.name, in: ""))
            }
        }
        if let list = root["credential_list"] { reportUnusedCredentials(list) }
        if deployments.isEmpty, root["model_list"] == nil {
            leftOut(root, "there is no 'model_list': models in LiteLLM's database do not come over.", as: "model_list")
        }
        // Where both have a setting, the router's counts.
        var settings = LiteLLMSettings()
        if let section = root["litellm_settings"] { readLibrarySettings(section, &settings) }
        if let section = root["router_settings"] { readRouterSettings(section, &settings) }
        makeRoutes(settings)
        makeLimits()
        if let section = root["general_settings"] { readGeneralSettings(section) }
        for variable in root["environment_variables"]?.members ?? [] {
            leftOut(
                variable.value,
                "set \(variable.name) in the environment of the gateway, if a provider's key is read from it.")
        }
    }

    /// Whether a section holds what is merged in elsewhere: `common: &common { … }`.
    private static func hasAnchor(_ section: SettingNode.Member, of root: SettingNode, in yaml: String) -> Bool {
        let lines = yaml.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let first = section.value.line - 1
        let next = root.members.map { $0.value.line - 1 }.filter { $0 > first }.min() ?? lines.count
        guard first >= 0, first < next, next <= lines.count else { return false }
        return lines[first..<next].contains { $0.contains(" &") }
    }

    // MARK: Findings

    mutating func leftOut(_ node: SettingNode, _ reason: String, as setting: String? = nil) {
        findings.append(
            ImportFinding(line: node.line, setting: setting ?? node.path, kind: .leftOut, reason: reason))
    }

    mutating func changed(_ node: SettingNode, _ reason: String) {
        findings.append(ImportFinding(line: node.line, setting: node.path, kind: .changed, reason: reason))
    }

    // MARK: Values

    /// The text of a setting: `os.environ/NAME` becomes `${NAME}`.
    ///
    /// - Parameter sample: what such a variable may hold.
    mutating func value(_ node: SettingNode, sample: String) -> String? {
        guard let text = node.text else { return nil }
        if let name = Self.variable(text) {
            variables[name] = sample
            return "${\(name)}"
        }
        guard !text.contains("${") else {
            leftOut(node, "a value with '${' in it would be taken for a variable.")
            return nil
        }
        return text
    }

    /// A secret: never as it is, but as the variable that it is to be read from.
    ///
    /// - Parameter variable: what that is called where the file has the secret itself.
    mutating func secret(_ node: SettingNode, variable: String) -> String? {
        guard let text = node.text else { return nil }
        if Self.variable(text) != nil { return value(node, sample: Self.sampleSecret) }
        let variable = self.variable(for: text, like: variable)
        changed(
            node,
            "the file has a secret in it, which is kept out of the new one: set it as \(variable) in the environment.")
        return reference(variable)
    }

    /// Another secret is another variable, whoever it is for.
    private mutating func variable(for secret: String, like name: String) -> String {
        if let known = secretVariables[secret] { return known }
        var variable = name
        var number = 2
        while secretVariables.values.contains(variable) || variables[variable] != nil {
            variable = "\(name)_\(number)"
            number += 1
        }
        secretVariables[secret] = variable
        return variable
    }

    mutating func reference(_ variable: String, sample: String = Self.sampleSecret) -> String {
        variables[variable] = sample
        return "${\(variable)}"
    }

    static let sampleSecret = "secret-0123456789abcdef"
    static let sampleAddress = "https://example.com/v1"

    /// The name in `os.environ/NAME`.
    private static func variable(_ text: String) -> String? {
        guard text.hasPrefix("os.environ/") else { return nil }
        let name = text.dropFirst("os.environ/".count)
        let isName =
            name.utf8.first.map { !(48...57).contains($0) } == true
            && name.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 95
            }
        return isName ? String(name) : nil
    }

    /// Seconds, as Python has them, as a duration of ours: `30` is `30s`, `0.5` is `500ms`.
    static func duration(seconds text: String) -> String? {
        guard let (rate, isExact) = PerToken.rate(text), isExact, rate.picodollars > 0 else { return nil }
        // Read to twelve decimals: a millisecond is three of them.
        let (milliseconds, rest) = rate.picodollars.quotientAndRemainder(dividingBy: 1_000_000_000)
        guard rest == 0, milliseconds <= 366 * 86_400_000 else { return nil }
        return milliseconds % 1_000 == 0 ? "\(milliseconds / 1_000)s" : "\(milliseconds)ms"
    }

    /// A whole number, however it is written: `256`, `1e3`, `100.0`.
    static func integer(_ text: String?) -> Int? {
        guard let text, let (rate, isExact) = PerToken.rate(text), isExact else {
            return text.flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
        }
        let (whole, rest) = rate.picodollars.quotientAndRemainder(dividingBy: 1_000_000_000_000)
        return rest == 0 ? Int(whole) : nil
    }
}
