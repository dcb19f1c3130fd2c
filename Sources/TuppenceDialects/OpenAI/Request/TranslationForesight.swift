/// Tells, before a request is read to its end, whether it will have to be put into another dialect.
package protocol TranslationForesight: AnyObject {
    /// - Parameter model: the name of a route or a model, as the caller gave it; there need not be such.
    func mayTranslate(_ endpoint: GovernedEndpoint, for model: String) -> Bool
}
