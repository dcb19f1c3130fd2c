/// The templates, in Mustache.
enum PageText {
    static let frame = """
        {{% CONTENT_TYPE: ESCAPED }}
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{{$title}}{{title}}{{/title}} · Tuppence</title>
        <link rel="stylesheet" href="/assets/console.css">
        <script src="/assets/console.js" defer></script>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
        </head>
        <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header>
        <strong>Tuppence</strong>
        {{#signedIn}}
        <form method="post" action="/signout">
        <input type="hidden" name="csrf" value="{{csrf}}">
        <span>{{name}} ({{role}})</span>
        <button type="submit">Sign out</button>
        </form>
        {{/signedIn}}
        </header>
        <main id="main">
        {{$content}}{{/content}}
        </main>
        </body>
        </html>
        """

    static let signIn = """
        {{% CONTENT_TYPE: ESCAPED }}
        {{<frame}}
        {{$content}}
        <h1>Sign in</h1>
        {{#problem}}<p class="problem" role="alert">{{.}}</p>{{/problem}}
        <form class="card" method="post" action="/signin">
        <label for="token">Token</label>
        <input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
        <p class="hint">The gateway printed one at its first start. Another: <code>tuppence console token create &lt;name&gt;</code></p>
        <button type="submit">Sign in</button>
        </form>
        {{/content}}
        {{/frame}}
        """
}
