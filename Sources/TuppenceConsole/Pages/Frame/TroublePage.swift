/// What is shown where something can't be done, and no form is there to say it in.
struct TroublePage {
    let title = "That can't be done"
    let reader: Reader
    let trouble: String
}

extension PageText {
    static let trouble = """
        {{% CONTENT_TYPE: ESCAPED }}
        {{<frame}}
        {{$content}}
        <h1>{{title}}</h1>
        <p class="problem" role="alert">{{trouble}}</p>
        <p><a href="/">Back to the overview</a></p>
        {{/content}}
        {{/frame}}
        """
}
