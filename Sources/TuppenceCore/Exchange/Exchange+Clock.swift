/// What becomes of the times that an exchange has noted where its clock is set.
extension Exchange {
    /// The clock that it is told the time of was set by `step`. It waits no longer and no less for that, and takes as long as it
    /// takes; what is booked from now on is booked by the new time, and holds end by their own.
    public func clockWasSet(by step: Milliseconds) {
        began.move(by: step)
        deadline.move(by: step)
        attemptEnd.move(by: step)
        hedgeAt.move(by: step)
        queueEnd?.move(by: step)
        meter.sentAt.move(by: step)
        rival?.deadline.move(by: step)
        rival?.meter.sentAt.move(by: step)
    }
}
