/// Which version of Tuppence this is, and what it was built as.
package enum Version {
    package static let current = "0.1.0"

    #if POSTGRES
        package static let hasPostgres = true
    #else
        package static let hasPostgres = false
    #endif

    #if DEBUG
        package static let isDebug = true
    #else
        package static let isDebug = false
    #endif
}
