import Hummingbird

/// What pages need beside themselves. It is part of the program: no page asks another host for anything.
enum Assets {
    static func add(to router: Router<ConsoleContext>) {
        router.get("/assets/console.css") { _, _ in asset(style, "text/css; charset=utf-8") }
        router.get("/assets/console.js") { _, _ in asset(script, "text/javascript; charset=utf-8") }
        router.get("/assets/playground.js") { _, _ in asset(playground, "text/javascript; charset=utf-8") }
        router.get("/assets/icon.svg") { _, _ in asset(icon, "image/svg+xml") }
    }

    private static func asset(_ text: String, _ type: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: type, .cacheControl: "max-age=300"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// Keeps the page that is looked at as it stands, every five seconds, without losing what is open or where the reader is.
    /// Without scripts it is as good as it was when it was loaded.
    private static let script = """
        "use strict";
        async function refresh() {
          const main = document.getElementById("main");
          if (document.hidden || !document.querySelector("time") || main.contains(document.activeElement)) return;
          // Whoever has begun to fill in a form is not to lose it.
          const isBegun = [...main.querySelectorAll("input")].some((one) => one.value !== one.defaultValue);
          if (isBegun || main.querySelector("details[open] form")) return;
          const answer = await fetch(location.href, { redirect: "manual" }).catch(() => null);
          if (!answer || !answer.ok) return;
          const next = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("main");
          if (!next) return;
          const open = [...main.querySelectorAll("details")].map((one) => one.open);
          main.replaceChildren(...next.childNodes);
          main.querySelectorAll("details").forEach((one, index) => { one.open = open[index] || false; });
        }
        setInterval(refresh, 5000);
        for (const button of document.querySelectorAll("button[data-copies]")) {
          const source = document.getElementById(button.dataset.copies), words = button.textContent;
          button.hidden = !navigator.clipboard;
          button.addEventListener("click", async () => {
            await navigator.clipboard.writeText(source.textContent);
            button.textContent = "Copied";
            setTimeout(() => { button.textContent = words; }, 2000);
          });
        }
        """

    private static let icon = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="#b45309"/>\
        <text x="8" y="11.5" font-size="9" text-anchor="middle" fill="#fff" font-family="sans-serif">2</text></svg>
        """

    private static let style = """
        :root {
          --ground: #fbfaf8; --card: #fff; --ink: #1c1917; --soft: #57534e; --line: #d6d3d1;
          --accent: #9a3412; --spent: #b45309; --held: #a8a29e; --bad: #b91c1c; --good: #15803d;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #1c1917; --card: #292524; --ink: #f5f5f4; --soft: #d6d3d1; --line: #57534e;
            --accent: #fdba74; --spent: #f59e0b; --held: #78716c; --bad: #fca5a5; --good: #86efac;
          }
        }
        * { box-sizing: border-box }
        body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
        header { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; justify-content: space-between;
          padding: .75rem 1rem; border-bottom: 1px solid var(--line) }
        header form { display: flex; gap: .75rem; align-items: center; margin: 0 }
        nav { flex: 1 1 auto } nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; margin: 0; padding: 0 }
        a { color: var(--accent) } nav a { color: var(--ink); text-decoration: none; display: inline-block; padding: .25rem 0 }
        nav a:hover { text-decoration: underline }
        nav a[aria-current] { font-weight: 600; border-bottom: 2px solid var(--accent) }
        main { max-width: 72rem; margin: 0 auto; padding: 1rem }
        h1 { font-size: 1.5rem; margin: .5rem 0 1rem } h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem }
        .card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem }
        form.card { display: grid; gap: .5rem; max-width: 28rem }
        input, textarea { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--soft);
          border-radius: .25rem; padding: .5rem; width: 100% }
        button { font: inherit; color: var(--ground); background: var(--accent); border: 0; border-radius: .25rem;
          padding: .5rem 1rem; cursor: pointer }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
        .hint { color: var(--soft); font-size: .875rem; margin: 0 }
        .problem { color: var(--bad); border: 1px solid var(--bad); border-radius: .25rem; padding: .5rem 1rem }
        code { overflow-wrap: anywhere }
        .cards { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)) }
        .cards h2 { margin: 0; font-size: .875rem; font-weight: 600; color: var(--soft) }
        .figure { margin: .25rem 0; font-size: 1.4rem; font-variant-numeric: tabular-nums; overflow-wrap: anywhere }
        .chart { width: 100%; height: 9rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem }
        .bar { width: 100%; height: .75rem; border-radius: .25rem } .line { display: block; width: 100%; height: .25rem }
        rect.spent { fill: var(--spent) } rect.held { fill: var(--held) } rect.whole { fill: var(--line) }
        .budget { margin: .75rem 0 } .budget p { margin: .125rem 0; overflow-wrap: anywhere }
        .wide { overflow-x: auto }
        table { width: 100%; border-collapse: collapse; font-size: .9rem }
        th, td { text-align: left; padding: .35rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top }
        tbody th { font-weight: 400; overflow-wrap: anywhere; min-width: 8rem }
        .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
        .bad { color: var(--bad) } .good { color: var(--good) }
        summary { cursor: pointer }
        td a + a { margin-left: .5rem } .wide + .hint { margin-top: .75rem }
        .card + .hint, .account + form { margin-top: .75rem } fieldset > details { margin-top: .75rem }
        @media (max-width: 40rem) {
          .stacked, .stacked tbody, .stacked tr, .stacked th { display: block }
          .stacked thead { position: absolute; left: -999rem }
          .stacked tr { border: 1px solid var(--line); border-radius: .5rem; background: var(--card); padding: .5rem; margin: .75rem 0 }
          .stacked th, .stacked td { border: 0; padding: .25rem }
          .stacked td { display: flex; flex-wrap: wrap; gap: .25rem 1rem; justify-content: space-between; text-align: right }
          .stacked td::before { content: attr(data-label); color: var(--soft) }
          .stacked td form, .stacked td details { flex: 0 1 auto; text-align: left }
        }
        form.filters { gap: .5rem .75rem; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); max-width: none;
          margin-bottom: 1rem }
        .filters p { margin: 0 } .filters label { font-size: .875rem } .filters .act { align-self: end }
        .filters select { width: 100% } .filters .long { grid-column: span 2 }
        .name { overflow-wrap: anywhere } .steps { display: flex; gap: 1rem; margin: .75rem 0 }
        .facts { display: grid; gap: .5rem 1rem; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); margin: .75rem 0 }
        .facts dt { color: var(--soft); font-size: .875rem } .facts dd { margin: 0; overflow-wrap: anywhere }
        .attempt { margin: .75rem 0 } .attempt h2, .problem h2 { margin: 0 0 .5rem }
        @media (max-width: 30rem) {
          td .hint, th .hint { font-size: inherit }
          table { font-size: .8rem } th, td { padding: .3rem .25rem } tbody th { min-width: 5.5rem }
        }
        .heading { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: baseline; justify-content: space-between }
        .heading h2 { margin: 0; overflow-wrap: anywhere }
        .button { background: var(--accent); color: var(--ground); text-decoration: none; border-radius: .25rem; padding: .5rem 1rem }
        button.quiet { background: none; color: var(--accent); border: 1px solid var(--accent); padding: .25rem .75rem }
        td form { margin: 0 0 .5rem } .stack { display: grid; gap: .5rem; margin-top: .5rem }
        h3 { font-size: 1rem; margin: 1rem 0 .25rem } pre { overflow-x: auto; margin: 0; padding: .5rem; border: 1px solid var(--line) }
        .made { border-color: var(--good); margin-bottom: 1rem } .made h2 { margin-top: 0 }
        select { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--soft); border-radius: .25rem;
          padding: .5rem; max-width: 100% }
        form.large { max-width: 52rem; gap: 1rem } .field { display: grid; gap: .25rem; align-content: start; min-width: 0 }
        .field select { width: 100% } .columns { display: grid; gap: .75rem 1rem; grid-template-columns: repeat(auto-fit, minmax(min(14rem, 100%), 1fr)) }
        fieldset { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem 1rem 1rem; margin: 0; min-width: 0 }
        legend { font-weight: 600; padding: 0 .25rem } .fault { color: var(--bad); margin: 0 } .fault:empty, .hint:empty { display: none }
        [aria-invalid] { border: 2px solid var(--bad) } .danger { margin: 1.5rem 0 }
        details .columns { margin-top: .75rem } section.card { margin: .75rem 0 }
        .room { display: block } .checks { display: flex; flex-wrap: wrap; gap: .5rem 1.25rem } .checks input { width: auto }
        .range { display: block; color: var(--soft); font-size: .8rem } .plot { width: 30%; min-width: 10rem }
        .scale { display: flex; justify-content: space-between } .act { margin: 0 }
        @media (max-width: 40rem) { .stacked .plot { width: 100% } .stacked td.plot > * { flex: 1 1 100%; text-align: left } }
        .forest { display: block; width: 100%; height: 1.1rem } rect.even { fill: var(--ink) }
        .alert { margin: .75rem 0; border-left: .25rem solid var(--bad) } .alert.made { border-left-color: var(--good) }
        .alert p { margin: .25rem 0; overflow-wrap: anywhere } .deliveries { padding-left: 1.25rem }
        textarea { resize: vertical } .answer { white-space: pre-wrap; overflow-wrap: anywhere; min-height: 4rem; padding: 1rem }
        button:disabled { opacity: .6; cursor: default }
        .skip { position: absolute; left: -999rem } .skip:focus { left: 0; background: var(--card); padding: .5rem }
        """
}
