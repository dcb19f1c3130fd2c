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
        {{#reader}}
        <nav aria-label="Pages"><ul>{{#places}}<li><a href="{{path}}"{{#isHere}} aria-current="page"{{/isHere}}>{{title}}</a></li>{{/places}}</ul></nav>
        <form method="post" action="/signout">
        <input type="hidden" name="csrf" value="{{csrf}}">
        <span>{{name}} ({{role}})</span>
        <button type="submit">Sign out</button>
        </form>
        {{/reader}}
        </header>
        <main id="main">
        {{$content}}{{/content}}
        </main>
        </body>
        </html>
        """
}
