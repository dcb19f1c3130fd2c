/// Gemini's words, put into those that ``SandboxChat`` reads.
enum SandboxGeminiRequest {
    static func chat(_ request: SandboxJSON) throws(SandboxRefusal) -> SandboxJSON {
        let settings = request.camel("generationConfig") ?? [:]
        let mode = request.camel("toolConfig")?.camel("functionCallingConfig")
        let schema = settings.camel("responseJsonSchema") ?? settings.camel("responseSchema")
        let isJSON = settings.camel("responseMimeType")?.string == "application/json"
        return SandboxJSON.present([
            "messages": .array(try messages(request)),
            "max_tokens": try settings.positiveInteger(settings.spelling("maxOutputTokens")).map(SandboxJSON.int),
            "n": try settings.positiveInteger(settings.spelling("candidateCount"), atMost: 8).map(SandboxJSON.int),
            "stop": settings.camel("stopSequences"),
            "tools": try tools(request["tools"], allowed: mode?.camel("allowedFunctionNames")),
            "tool_choice": mode.map(choice),
            "response_format": isJSON ? form(schema) : nil,
        ])
    }

    private static func form(_ schema: SandboxJSON?) -> SandboxJSON {
        guard let schema else { return ["type": "json_object"] }
        return ["type": "json_schema", "json_schema": ["schema": schema]]
    }

    // MARK: Tools

    /// Functions alone, those that may be called; what else there is, the sandbox does not call.
    private static func tools(_ value: SandboxJSON?, allowed: SandboxJSON?) throws(SandboxRefusal) -> SandboxJSON? {
        guard let value else { return nil }
        let names = allowed?.array?.compactMap { $0.string } ?? []
        var tools: [SandboxJSON] = []
        for function in listed(value).flatMap({ listed($0.camel("functionDeclarations")) }) {
            guard let name = function["name"]?.string else { throw .missing("tools.functionDeclarations.name") }
            guard names.isEmpty || names.contains(name) else { continue }
            let parameters = function.camel("parametersJsonSchema") ?? function["parameters"]
            tools.append(SandboxChatWords.tool(.string(name), parameters: parameters))
        }
        guard tools.count >= names.count else {
            throw .invalid("allowed_function_names: each must be among the functions that are declared.")
        }
        return tools.isEmpty ? nil : SandboxJSON.array(tools)
    }

    private static func choice(_ mode: SandboxJSON) -> SandboxJSON {
        switch mode["mode"]?.string?.uppercased() {
        case "NONE": "none"
        case "ANY": "required"
        default: "auto"
        }
    }

    // MARK: Contents

    private static func messages(_ request: SandboxJSON) throws(SandboxRefusal) -> [SandboxJSON] {
        var messages: [SandboxJSON] = []
        if let instruction = request.camel("systemInstruction") {
            messages.append(["role": "system", "content": .array(texts(listed(instruction["parts"])))])
        }
        let contents = listed(request["contents"])
        guard !contents.isEmpty else {
            throw .invalid("GenerateContentRequest.contents: contents is not specified", param: "contents")
        }
        for content in contents {
            switch content["role"]?.string {
            case "model": messages += message(content, role: "assistant")
            case nil, "user", "function": messages += message(content, role: "user")
            default: throw .invalid("Please use a valid role: user, model.", param: "contents.role")
            }
        }
        return messages
    }

    /// Results of tools become messages of their own, behind what else the content says.
    private static func message(_ content: SandboxJSON, role: SandboxJSON) -> [SandboxJSON] {
        let parts = listed(content["parts"])
        let results = parts.compactMap { $0.camel("functionResponse") }
        let calls = parts.compactMap { $0.camel("functionCall") }.map { call -> SandboxJSON in
            SandboxChatWords.call(call["name"], arguments: call["args"]?.text ?? "{}")
        }
        let rest = texts(parts)
        var messages: [SandboxJSON] = []
        if results.isEmpty || !rest.isEmpty {
            messages.append(["role": role, "content": .array(rest), "tool_calls": .array(calls)])
        }
        return messages + results.map { SandboxChatWords.result(text(ofResponse: $0["response"])) }
    }

    /// What a tool said stands under `output`, unless all of the object is that.
    private static func text(ofResponse response: SandboxJSON?) -> SandboxJSON {
        .string(response?["output"]?.string ?? response?.text ?? "")
    }

    /// The parts that are text, thoughts aside.
    private static func texts(_ parts: [SandboxJSON]) -> [SandboxJSON] {
        parts.filter { $0["text"] != nil && $0["thought"]?.bool != true }
    }

    /// Where a list has one element, Google takes the element, too.
    static func listed(_ value: SandboxJSON?) -> [SandboxJSON] { value.map { $0.array ?? [$0] } ?? [] }
}

extension SandboxJSON {
    /// The member called `name`, in camel case or in snake case: Google takes both.
    func camel(_ name: String) -> SandboxJSON? { self[spelling(name)] }

    /// How the member called `name` is spelled here.
    func spelling(_ name: String) -> String {
        guard self[name] == nil else { return name }
        let snake = name.map { $0.isUppercase ? "_\($0.lowercased())" : String($0) }.joined()
        return self[snake] == nil ? name : snake
    }
}
