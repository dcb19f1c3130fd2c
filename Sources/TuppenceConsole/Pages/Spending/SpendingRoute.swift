import Hummingbird
import TuppenceAdministration

/// What was spent in a time, by whatever it can be told by.
struct SpendingRoute {
    /// One that may be busy for seconds without sign-in waiting for it: users and tags are added up from entries.
    let administration: AdministrationQueue
    let pages: Pages

    func add(to routes: PageRoutes) {
        routes.get("/spending") { call in
            var question = SpendingQuestion()
            do throws(AdministrationError) {
                question = try SpendingQuestion(range: call.text("range"), by: call.text("by"))
            } catch {
                return page(question, .failure(error), for: call)
            }
            let (dimension, now, start) = (question.dimension, call.now, question.start(at: call.now))
            do {
                let report = try await administration.ask { try $0.spending(at: now, by: [dimension], from: start) }
                return page(question, .success(SpendingFigures(report, by: dimension)), for: call)
            } catch let error as AdministrationError {
                // Of users and tags there may be more than can be read.
                let told = AdministrationError(error.code, "\(error.description) Here that is a shorter time.")
                return page(question, .failure(told), for: call)
            }
        }
    }

    private func page(
        _ question: SpendingQuestion, _ found: Result<SpendingFigures, AdministrationError>, for call: PageCall
    ) -> Response {
        let page = SpendingPage(question, found, for: call.reader(at: .spending), at: call.now)
        return pages.spending(page, status: page.problem == nil ? .ok : .unprocessableContent)
    }
}
