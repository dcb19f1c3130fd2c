import Hummingbird

struct HomeRoute {
    let pages: Pages

    func add(to router: Router<ConsoleContext>) {
        router.get("/") { _, context in
            guard let identity = context.identity else { return Response.redirect(to: "/signin") }
            return pages.home(of: identity)
        }
    }
}
