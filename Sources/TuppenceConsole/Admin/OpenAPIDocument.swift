import Foundation
import TuppenceAdministration

/// The admin API as OpenAPI 3.1 describes it: https://spec.openapis.org/oas/v3.1.1.html (read 2026-11-27).
struct OpenAPIDocument {
    let endpoints: [AdminEndpoint]
    let version: String

    var json: String {
        let document: [String: Any] = [
            "openapi": "3.1.0",
            "info": [
                "title": "Tuppence admin API", "version": version,
                "description": "Amounts are nanodollars ($1 is 1000000000), times ISO 8601 in UTC.",
            ],
            "servers": [["url": "/"]],
            "security": [["token": [String]()], ["session": [String]()]],
            "paths": paths,
            "components": [
                "securitySchemes": [
                    "token": ["type": "http", "scheme": "bearer"],
                    "session": ["type": "apiKey", "in": "cookie", "name": "tuppence_session"],
                ],
                "schemas": ["Error": Self.error],
            ],
        ]
        do {
            let data = try JSONSerialization.data(
                withJSONObject: document, options: [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted])
            return String(decoding: data, as: UTF8.self)
        } catch {
            preconditionFailure("the OpenAPI document is no JSON: \(error)")
        }
    }

    private static var error: [String: Any] {
        Schema.object(["error": .object(["code": .text, "message": .text])]).document
    }

    private var paths: [String: Any] {
        var paths: [String: [String: Any]] = [:]
        for endpoint in endpoints {
            paths["/admin/v1" + endpoint.path, default: [:]][endpoint.method.rawValue.lowercased()] = operation(
                endpoint)
        }
        return paths
    }

    private func operation(_ endpoint: AdminEndpoint) -> [String: Any] {
        var operation: [String: Any] = [
            "summary": endpoint.summary, "operationId": id(of: endpoint), "x-role": endpoint.role.rawValue,
            "responses": responses(of: endpoint),
        ]
        let parameters = endpoint.parameters.map { parameter in
            [
                "name": parameter.name, "in": parameter.place.rawValue, "required": parameter.place == .path,
                "schema": parameter.schema.document, "description": parameter.about,
            ] as [String: Any]
        }
        if !parameters.isEmpty { operation["parameters"] = parameters }
        if let input = endpoint.input {
            operation["requestBody"] =
                [
                    "required": !endpoint.mayLackInput,
                    "content": ["application/json": ["schema": input.inputDocument]],
                ] as [String: Any]
        }
        return operation
    }

    /// `POST /keys/{name}/rotate` is `post_keys_name_rotate`.
    private func id(of endpoint: AdminEndpoint) -> String {
        let words = endpoint.path.split { !$0.isLetter && $0 != "_" }
        return ([endpoint.method.rawValue.lowercased()] + words.map(String.init)).joined(separator: "_")
    }

    private func responses(of endpoint: AdminEndpoint) -> [String: Any] {
        var content: [String: Any] = ["application/json": ["schema": endpoint.output.document]]
        if endpoint.hasCSV { content["text/csv"] = [String: Any]() }
        var responses: [String: Any] = [
            "\(endpoint.status.code)": ["description": endpoint.status.reasonPhrase, "content": content]
        ]
        var errors = [
            401: "Nobody says who asks, or the token does not count.",
            403: "It is for another role, or the form is foreign.",
        ]
        errors[429] = "Too many tokens did not count."
        errors[503] = "The store cannot be read or written."
        if !endpoint.parameters.isEmpty || endpoint.input != nil { errors[422] = "What was sent has a mistake." }
        if endpoint.input != nil {
            errors[413] = "What was sent is too long."
            errors[415] = "What was sent is compressed."
        }
        if endpoint.path.contains("{") { errors[404] = "There is no such thing." }
        if endpoint.changesSomething { errors[409] = "It cannot be as things are." }
        if endpoint.versioning != .none { errors[412] = "It has been changed since it had that ETag." }
        if endpoint.versioning == .required { errors[428] = "If-Match is missing." }
        for (status, text) in errors {
            responses["\(status)"] = [
                "description": text,
                "content": ["application/json": ["schema": ["$ref": "#/components/schemas/Error"]]],
            ]
        }
        return responses
    }
}
