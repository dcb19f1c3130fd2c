import TuppenceCore

/// Amazon Bedrock's Converse, in which all of its models are spoken to alike.
///
/// Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html (read 2026-11).
package enum BedrockConverse {
    package static let dialect = Dialect.bedrock
}
