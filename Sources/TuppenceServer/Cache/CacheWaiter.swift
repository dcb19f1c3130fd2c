import TuppenceCore

/// Who is told what was found.
protocol CacheWaiter: AnyObject {
    func cacheReplied(_ found: CachedAnswer?)
    /// It could not be looked for, or forgotten.
    func cacheFailed()
}

extension CacheWaiter {
    /// Most do without.
    func cacheFailed() { cacheReplied(nil) }
}
