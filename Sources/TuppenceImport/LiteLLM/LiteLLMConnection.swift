import TuppenceDialects

/// An entry of `providers`, and the model there that a deployment is for.
struct LiteLLMConnection {
    var name: String
    var model: String
    /// What the catalogue calls the provider, by which it has prices.
    var catalogueID: String
    var fields: [TuppenceFile.Field]
    /// What has to be the same for two deployments to share the entry.
    var origin: String
}

extension LiteLLMImport {
    mutating func connect(
        _ provider: LiteLLMProvider, _ prefix: String, model: String, _ parameters: SettingNode
    ) -> LiteLLMConnection? {
        guard var listed = ProviderCatalog.provider(provider.id) else {
            leftOut(parameters["model"] ?? parameters, "this version cannot speak to '\(provider.id)'.")
            return nil
        }
        var model = model
        let answersResponses = ["openai", "azure"].contains(listed.id) && model.hasPrefix(Self.responses)
        if answersResponses {
            model.removeFirst(Self.responses.count)
            listed.dialect = .responses
        }
        // What is found wrong on the way is said once, by the first that needs it.
        let place: (fields: [TuppenceFile.Field], model: String)?
        switch provider.kind {
        case .keyed, .local: place = keyed(provider, model, parameters)
        case .azure: place = azure(provider, model, parameters)
        case .bedrock: place = bedrock(model, parameters)
        case .vertex: place = vertex(model, parameters)
        }
        guard let place else { return nil }
        let origin = "\(provider.id) \(listed.dialect) \(place.fields)"
        if let name = providerOrigins.first(where: { $0.value == origin })?.key {
            return LiteLLMConnection(
                name: name, model: place.model, catalogueID: provider.id, fields: [], origin: origin)
        }
        let address = parameters["api_base"] ?? parameters["base_url"]
        // Somebody else who speaks OpenAI's dialect is not OpenAI.
        let host = listed.id == "openai" ? address?.text.flatMap(Self.hostName) : nil
        var name = (host ?? provider.id) + (answersResponses ? "-responses" : "")
        var number = 2
        let first = name
        while providerOrigins[name] != nil {
            name = "\(first)-\(number)"
            number += 1
        }
        var fields = place.fields
        if name != listed.id { fields = Self.description(of: listed, with: fields, isOther: host != nil) }
        return LiteLLMConnection(
            name: name, model: place.model, catalogueID: host == nil ? listed.id : name, fields: fields, origin: origin)
    }

    /// What stands in front of a model at OpenAI that is asked by Responses, whatever its callers speak.
    private static let responses = "responses/"

    mutating func add(_ connection: LiteLLMConnection) {
        guard providerOrigins[connection.name] == nil else { return }
        providerOrigins[connection.name] = connection.origin
        file.providers.append(TuppenceFile.Provider(name: connection.name, fields: connection.fields))
    }

    /// What a second entry of a known provider needs, as its name says nothing.
    private static func description(
        of listed: Provider, with fields: [TuppenceFile.Field], isOther: Bool
    ) -> [TuppenceFile.Field] {
        var all = [TuppenceFile.Field("dialect", .plain(listed.dialect.rawValue))]
        switch listed.host {
        case .standard: break
        case .azure: all.append(TuppenceFile.Field("host", .plain("azure")))
        case .vertex: all.append(TuppenceFile.Field("host", .plain("vertex")))
        }
        // A region or a project is an address as good as any.
        let places: Set<String> = ["base_url", "region", "project"]
        if !fields.contains(where: { places.contains($0.name) }), !listed.baseURL.isEmpty {
            all.append(TuppenceFile.Field("base_url", .text(listed.baseURL)))
        }
        if listed.outputLimitField == .maxCompletionTokens, !isOther {
            all.append(TuppenceFile.Field("output_limit_field", .plain("max_completion_tokens")))
        }
        if listed.accepts != .ofUnknownHosts, !isOther {
            all.append(TuppenceFile.Field("accepts", .list(listed.accepts.names.map { .plain($0) })))
        }
        if !listed.acceptsStreamOptions { all.append(TuppenceFile.Field("stream_options", .plain("false"))) }
        return all + fields
    }

    // MARK: Kinds

    private mutating func keyed(
        _ provider: LiteLLMProvider, _ model: String, _ parameters: SettingNode
    ) -> (fields: [TuppenceFile.Field], model: String)? {
        var fields: [TuppenceFile.Field] = []
        if let node = parameters["api_base"] ?? parameters["base_url"] {
            guard let address = address(node, sample: Self.sampleAddress, path: provider.path) else { return nil }
            fields.append(.init("base_url", .text(address)))
        } else if ProviderCatalog.provider(provider.id)?.baseURL.isEmpty == true {
            // Each of its customers has another, which LiteLLM reads from there.
            let variable = "\(Self.variableName(provider.id))_API_BASE"
            fields.append(.init("base_url", .text(reference(variable, sample: Self.sampleAddress))))
        }
        reportPlaces(parameters, except: [])
        if let key = key(provider, parameters) { fields.append(.init("api_key", .text(key))) }
        return (fields, model)
    }

    private mutating func azure(
        _ provider: LiteLLMProvider, _ model: String, _ parameters: SettingNode
    ) -> (fields: [TuppenceFile.Field], model: String)? {
        var fields: [TuppenceFile.Field] = []
        if let node = parameters["api_base"] ?? parameters["base_url"] {
            guard let address = address(node, sample: "https://example.openai.azure.com", path: "") else { return nil }
            fields.append(.init("base_url", .text(address)))
        } else {
            fields.append(
                .init("base_url", .text(reference("AZURE_API_BASE", sample: "https://example.openai.azure.com"))))
        }
        if let node = parameters["api_version"], let version = value(node, sample: "2024-10-21") {
            fields.append(.init("api_version", .text(version)))
        }
        reportPlaces(parameters, except: ["api_version"])
        if let key = key(provider, parameters) { fields.append(.init("api_key", .text(key))) }
        return (fields, model)
    }

    /// `bedrock/converse/…`, `bedrock/invoke/…` and `bedrock/<region>/…` say how and where, besides which model.
    private mutating func bedrock(
        _ model: String, _ parameters: SettingNode
    ) -> (fields: [TuppenceFile.Field], model: String)? {
        var parts = model.split(separator: "/").map(String.init)
        if ["converse", "invoke"].contains(parts.first), parts.count > 1 { parts.removeFirst() }
        var fields: [TuppenceFile.Field] = []
        if parts.count > 1, parts[0].split(separator: "-").count == 3 {
            fields.append(.init("region", .text(parts.removeFirst())))
        } else if let node = parameters["aws_region_name"] ?? parameters["region_name"],
            let region = value(node, sample: "us-east-1")
        {
            fields.append(.init("region", .text(region)))
        } else {
            fields.append(.init("region", .text(reference("AWS_REGION_NAME", sample: "us-east-1"))))
        }
        for (theirs, ours) in [
            ("aws_access_key_id", "access_key_id"), ("aws_secret_access_key", "secret_access_key"),
            ("aws_session_token", "session_token"),
        ] {
            guard let node = parameters[theirs] else { continue }
            guard let secret = secret(node, variable: theirs.uppercased()) else { return nil }
            fields.append(.init(ours, .text(secret)))
        }
        if fields.count == 1 {
            fields.append(.init("access_key_id", .text(reference("AWS_ACCESS_KEY_ID"))))
            fields.append(.init("secret_access_key", .text(reference("AWS_SECRET_ACCESS_KEY"))))
        }
        reportPlaces(
            parameters,
            except: [
                "aws_region_name", "region_name", "aws_access_key_id", "aws_secret_access_key", "aws_session_token",
            ])
        return (fields, parts.joined(separator: "/"))
    }

    private mutating func vertex(
        _ model: String, _ parameters: SettingNode
    ) -> (fields: [TuppenceFile.Field], model: String)? {
        var fields: [TuppenceFile.Field] = []
        for (theirs, ours, variable, sample) in [
            ("vertex_project", "project", "VERTEXAI_PROJECT", "example"),
            ("vertex_location", "location", "VERTEXAI_LOCATION", "us-central1"),
        ] {
            let text = parameters[theirs].flatMap { value($0, sample: sample) }
            fields.append(.init(ours, .text(text ?? reference(variable, sample: sample))))
        }
        if let node = parameters["vertex_credentials"], let text = node.text, text.hasPrefix("{") {
            changed(
                node,
                "the file has a key in it, which is kept out of the new one: put it into a file, and name that as GOOGLE_APPLICATION_CREDENTIALS in the environment."
            )
            fields.append(.init("credentials", .text(reference("GOOGLE_APPLICATION_CREDENTIALS", sample: "/dev/null"))))
        } else if let node = parameters["vertex_credentials"], let path = value(node, sample: "/dev/null") {
            fields.append(.init("credentials", .text(path)))
        } else {
            fields.append(.init("credentials", .text(reference("GOOGLE_APPLICATION_CREDENTIALS", sample: "/dev/null"))))
        }
        reportPlaces(parameters, except: ["vertex_project", "vertex_location", "vertex_credentials"])
        return (fields, model)
    }

    /// Lists what says where another kind of provider is.
    private mutating func reportPlaces(_ parameters: SettingNode, except read: Set<String>) {
        for member in parameters.members
        where Self.placeParameters.contains(member.name) && !read.contains(member.name) {
            leftOut(member.value, "this provider has no such setting here.")
        }
    }

    // MARK: Keys and addresses

    private mutating func key(_ provider: LiteLLMProvider, _ parameters: SettingNode) -> String? {
        let variable = provider.keyVariable ?? "\(Self.variableName(provider.id))_API_KEY"
        guard let node = parameters["api_key"], let text = node.text else {
            // Whoever serves models himself asks for no key.
            return provider.keyVariable.map { reference($0) }
        }
        // What people write where a key has to stand and none is looked at.
        let isNone = ["", "none", "null", "empty", "fake", "fake-key", "dummy", "na", "n/a", "not-needed", "anything"]
        if isNone.contains(text.lowercased()) { return provider.kind == .keyed ? "none" : nil }
        return secret(node, variable: variable)
    }

    private static func variableName(_ id: String) -> String { id.uppercased().replacing("-", with: "_") }

    /// An address without a slash at its end, and with the path that ours have.
    private mutating func address(_ node: SettingNode, sample: String, path: String) -> String? {
        guard var text = value(node, sample: sample) else { return nil }
        while text.hasSuffix("/") { text.removeLast() }
        if !text.hasPrefix("${"), !Self.isAddress(text) {
            // Not quoted: it may have a password in it.
            leftOut(node, "an address is http:// or https://, a host and a path, without a query or a user name.")
            return nil
        }
        return text.hasSuffix(path) ? text : text + path
    }

    private static func isAddress(_ text: String) -> Bool {
        guard let scheme = ["https://", "http://"].first(where: text.hasPrefix) else { return false }
        let authority = text.dropFirst(scheme.count).prefix { $0 != "/" }
        let port = authority.lastIndex(of: ":").map { authority[authority.index(after: $0)...] }
        return !authority.isEmpty && authority.first != ":" && authority.first != "["
            && isRouteName(text) && !text.contains(where: { "?#@\"<>\\^`{|}".contains($0) })
            && authority.filter { $0 == ":" }.count <= 1
            && port.map { UInt16($0) ?? 0 } != 0
    }

    /// A name for whoever is at an address: `http://10.0.0.7:8000/v1` is `10.0.0.7-8000`.
    private static func hostName(_ address: String) -> String? {
        guard let scheme = address.firstRange(of: "://") else { return nil }
        let authority = address[scheme.upperBound...].prefix { $0 != "/" }
        guard authority != "api.openai.com", !authority.isEmpty else { return nil }
        return String(
            authority.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "-") ? $0 : "-" })
    }
}
