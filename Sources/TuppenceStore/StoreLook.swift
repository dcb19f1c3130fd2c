/// What is found in a database in which nothing is to be changed.
public enum StoreLook {
    /// There is a database, and no schema in it yet.
    case empty
    case upToDate(any Store)
    /// So many steps bring its schema up to date; until then it can't be read.
    case behind(steps: Int)
    /// A newer version has been there, and this one is not to touch it; the text says what to do.
    case ahead(String)
}
