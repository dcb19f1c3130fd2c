import TuppenceCore

/// A request that was refused, for programs.
package struct RefusalLine: Encodable, Sendable {
    package var requestId: String
    package var at: String
    package var key: String
    package var customer: String?
    package var user: String?
    package var asked: String
    package var endpoint: String
    package var attempts: Int
    package var httpStatus: Int
    package var code: String
    package var message: String

    package init(_ refused: RefusedRequest) {
        requestId = refused.id.description
        at = refused.at.iso8601
        key = refused.key
        customer = refused.customer
        user = refused.user
        asked = refused.asked
        endpoint = refused.endpoint
        attempts = refused.attempts
        httpStatus = refused.code.status
        code = refused.code.name
        message = refused.message
    }
}
