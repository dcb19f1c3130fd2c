/// Something in another gateway's configuration that did not come over as it was, and why.
package struct ImportFinding: Hashable, Sendable, Encodable {
    package enum Kind: String, Hashable, Sendable, Encodable {
        /// It has no equivalent, or none could be made: the gateway does without it.
        case leftOut = "left_out"
        /// It came over in another form, which somebody should look at.
        case changed
    }

    package var line: Int
    /// Where it stands: `model_list[2].litellm_params.rpm`.
    package var setting: String
    package var kind: Kind
    /// A sentence, without its full stop at the front: `nothing here does it.`
    package var reason: String
}
