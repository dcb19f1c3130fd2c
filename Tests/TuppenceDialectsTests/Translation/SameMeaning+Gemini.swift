import Foundation

/// Gemini's requests in one of the forms that mean the same.
extension SameMeaning {
    /// What callers name themselves, and what is theirs to spell.
    private static let opaque: Set<String> = [
        "args", "response", "parameters", "parametersJsonSchema", "responseSchema", "responseJsonSchema", "labels",
    ]

    static func gemini(_ body: Object) -> Object {
        var body = camel(body) as? Object ?? [:]
        // The path says it.
        body["model"] = nil
        body["contents"] = together(objects(body["contents"]).map(geminiContent))
        if var system = body["systemInstruction"] as? Object {
            // Instructions have no role.
            system["role"] = nil
            system["parts"] = parts(system["parts"])
            body["systemInstruction"] = parts(system["parts"]).isEmpty ? nil : system
        }
        if let tools = body["tools"] { body["tools"] = geminiTools(tools) }
        if var configuration = body["generationConfig"] as? Object {
            if (configuration["stopSequences"] as? [Any])?.isEmpty == true { configuration["stopSequences"] = nil }
            if var thinking = configuration["thinkingConfig"] as? Object {
                // Levels are written in capitals or not.
                if let level = thinking["thinkingLevel"] as? String { thinking["thinkingLevel"] = level.uppercased() }
                configuration["thinkingConfig"] = thinking.isEmpty ? nil : thinking
            }
            body["generationConfig"] = configuration
        }
        if var tool = body["toolConfig"] as? Object, var calling = tool["functionCallingConfig"] as? Object,
            let mode = calling["mode"] as? String
        {
            // So are modes.
            calling["mode"] = mode.uppercased()
            tool["functionCallingConfig"] = calling
            body["toolConfig"] = tool
        }
        // Empty, they say nothing.
        for name in ["generationConfig", "toolConfig", "tools"] {
            if (body[name] as? Object)?.isEmpty == true || (body[name] as? [Any])?.isEmpty == true { body[name] = nil }
        }
        return body
    }

    /// Google's JSON takes `snake_case` for `camelCase`, and null for nothing.
    private static func camel(_ value: Any) -> Any {
        if let list = value as? [Any] { return list.map(camel) }
        guard let object = value as? Object else { return value }
        var result: Object = [:]
        for (name, value) in object where !(value is NSNull) {
            let parts = name.split(separator: "_", omittingEmptySubsequences: true).map(String.init)
            let key = parts.dropFirst().reduce(parts.first ?? name) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
            result[key] = opaque.contains(key) ? value : camel(value)
        }
        return result
    }

    /// One in the place of a list is a list of one.
    private static func objects(_ value: Any?) -> [Object] {
        value as? [Object] ?? (value as? Object).map { [$0] } ?? []
    }

    private static func geminiContent(_ content: Object) -> Object {
        var content = content
        content["role"] = content["role"] ?? "user"
        content["parts"] = parts(content["parts"])
        return content
    }

    /// Parts without the empty ones, and without what says what is so anyway.
    private static func parts(_ value: Any?) -> [Object] {
        objects(value).compactMap { part -> Object? in
            var part = part
            if part["thought"] as? Bool == false { part["thought"] = nil }
            if part["text"] as? String == "" { part["text"] = nil }
            // Base64 has two alphabets.
            if var data = part["inlineData"] as? Object, let text = data["data"] as? String {
                data["data"] = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
                part["inlineData"] = data
            }
            if var call = part["functionCall"] as? Object {
                call["args"] = call["args"] ?? Object()
                part["functionCall"] = call
            }
            if var result = part["functionResponse"] as? Object, let inner = result["parts"] {
                result["parts"] = parts(inner).isEmpty ? nil : parts(inner)
                part["functionResponse"] = result
            }
            return part.isEmpty ? nil : part
        }
    }

    /// Contents of one role that follow each other are one; such as say nothing are none.
    private static func together(_ contents: [Object]) -> [Object] {
        var result: [Object] = []
        for content in contents where (content["parts"] as? [Object])?.isEmpty == false {
            if let last = result.last, last["role"] as? String == content["role"] as? String {
                result[result.count - 1]["parts"] =
                    (last["parts"] as? [Object] ?? []) + (content["parts"] as? [Object] ?? [])
            } else {
                result.append(content)
            }
        }
        return result
    }

    /// Functions may be spread over elements, and share one with other tools.
    private static func geminiTools(_ tools: Any) -> Any {
        let elements = objects(tools)
        var result: [Object] = []
        let functions = elements.flatMap { objects($0["functionDeclarations"]) }
        if !functions.isEmpty { result.append(["functionDeclarations": functions]) }
        for element in elements {
            for (name, value) in element.sorted(by: { $0.key < $1.key }) where name != "functionDeclarations" {
                result.append([name: value])
            }
        }
        return result.sorted { "\($0.keys)" < "\($1.keys)" }
    }
}
