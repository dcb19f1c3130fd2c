extension Assets {
    /// Sends what was written, shows the answer as it comes and what it costs as far as that is known, and at the end what the
    /// ledger says. What it costs so far is worked out in whole picodollars.
    static let playground = """
        "use strict";
        (() => {
          const form = document.getElementById("play");
          if (!form) return;
          const part = (id) => document.getElementById(id);
          const tokens = (text) => Math.ceil(new TextEncoder().encode(text).length / 4);
          let sent = null;

          function usd(nanodollars) {
            const digits = String(nanodollars % 1000000000n).padStart(9, "0").replace(/0+$/, "").padEnd(2, "0");
            return `$${nanodollars / 1000000000n}.${digits}`;
          }

          function say(text) { part("says").textContent = text; }

          function complain(text) {
            part("trouble").textContent = text;
            part("trouble").hidden = false;
          }

          function begin() {
            for (const id of ["target", "input", "output", "cost"]) part(id).textContent = "–";
            part("answer").textContent = "";
            part("cost-title").textContent = "Cost so far, about";
            part("trouble").hidden = part("request").hidden = true;
            part("answer").hidden = true;
            part("figures").hidden = false;
            part("send").disabled = true;
            part("stop").disabled = false;
          }

          function showFigures() {
            const input = sent.input, output = tokens(part("answer").textContent);
            part("input").textContent = `about ${input}`;
            part("output").textContent = `about ${output}`;
            if (sent.inputRate === null) return;
            const picodollars = BigInt(input) * sent.inputRate + BigInt(output) * sent.outputRate;
            part("cost").textContent = usd((picodollars + 999n) / 1000n);
          }

          function take(name, data) {
            if (data === "[DONE]") return;
            const value = JSON.parse(data);
            if (name === "began" && !sent.id) {
              sent.id = value.request_id;
              part("answer").hidden = false;
              const isPriced = value.input_picodollars !== undefined && value.output_picodollars !== undefined;
              sent.inputRate = isPriced ? BigInt(value.input_picodollars) : null;
              sent.outputRate = isPriced ? BigInt(value.output_picodollars) : null;
              part("target").textContent = value.target;
              link();
              say("Answering…");
            } else if (name === "refused" || value.error) {
              const error = value.error || value;
              sent.id = sent.id || value.request_id || null;
              sent.failed = true;
              sent.status = value.status;
              complain([value.status, error.code].filter(Boolean).join(" ") + ": " + error.message);
              link();
              return;
            } else {
              part("answer").append(...(value.choices || []).map((one) => (one.delta && one.delta.content) || ""));
            }
            showFigures();
          }

          function link() {
            if (!sent.id) return;
            part("request").href = `/requests/${sent.id}`;
            part("request").hidden = false;
          }

          async function read(answer) {
            const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
            let text = "";
            for (;;) {
              const { value, done } = await reader.read();
              if (done) return;
              text = (text + value).replace(/\\r\\n/g, "\\n");
              const events = text.split("\\n\\n");
              text = events.pop();
              for (const event of events) {
                const lines = event.split("\\n");
                const field = (name) => lines.filter((one) => one.startsWith(name + ":"))
                  .map((one) => one.slice(name.length + 1).replace(/^ /, ""));
                const data = field("data").join("\\n");
                if (data) take(field("event")[0] || "", data);
              }
            }
          }

          // What the ledger says: of an answer that ended it is there already, of one that was stopped it may take a while.
          async function settle(mine, words) {
            for (let tries = 0; tries < 60; tries += 1) {
              const answer = await fetch(`/playground/settlements/${mine.id}`).catch(() => null);
              const told = answer && answer.ok ? await answer.json() : { is_settled: false };
              if (sent !== mine) return;
              if (told.is_settled) return show(told, words);
              await new Promise((done) => { setTimeout(done, Math.min(1500, 150 * (tries + 1))); });
            }
            say(words + " It is not settled yet; the request in full shows when it is.");
          }

          function show(told, words) {
            part("input").textContent = told.input_tokens;
            part("output").textContent = told.output_tokens;
            part("cost-title").textContent = "Settled";
            part("cost").textContent = told.cost + (told.price ? `, charged ${told.price}` : "");
            const attempts = told.attempts === 1 ? "1 attempt" : `${told.attempts} attempts`;
            say(`${words} ${attempts}, ${told.status}, settled${told.estimated ? " by estimate" : ""}.`);
          }

          form.addEventListener("submit", async (event) => {
            event.preventDefault();
            if (sent && !sent.over) return;
            const limit = part("limit").value.replace(/[, ]/g, "");
            if (limit && !(Number.isSafeInteger(Number(limit)) && Number(limit) > 0)) {
              return complain("The output tokens are a whole number from 1 on.");
            }
            const mine = sent = { id: null, inputRate: null, outputRate: null, failed: false, over: false, stopper: new AbortController() };
            const body = {
              key: part("key").value.trim(), model: part("model").value.trim(), system: part("system").value,
              prompt: part("prompt").value,
            };
            if (limit) body.max_tokens = Number(limit);
            mine.input = tokens(body.system + body.prompt);
            begin();
            say("Waiting for the first token…");
            let words = "Done.";
            try {
              const answer = await fetch("/playground/send", {
                method: "POST", signal: mine.stopper.signal, body: JSON.stringify(body),
                headers: { "content-type": "application/json", "x-csrf-token": form.dataset.csrf },
              });
              if (answer.ok) await read(answer);
              else take("refused", JSON.stringify({ status: answer.status, ...(await answer.json()).error }));
              if (mine.failed) words = "Refused, or broken off.";
            } catch (error) {
              words = "Stopped.";
              // Of a stream that can't be read nothing more is wanted.
              mine.stopper.abort();
              if (error.name !== "AbortError") {
                words = "Broken off.";
                complain("The connection to the console broke off. Look at the request in full for what became of it.");
              }
            }
            mine.over = true;
            part("send").disabled = false;
            part("stop").disabled = true;
            say(words);
            if (mine.id && !(mine.failed && !part("answer").textContent)) await settle(mine, words);
            else if (words === "Stopped.") say("Stopped before anything had come. The request is among the latest ones.");
            else if (mine.failed) say(mine.inputRate === null && mine.status < 500
              ? "It was refused: nothing was spent."
              : "It failed. What its attempts cost, if anything, is in the request in full.");
          });

          part("stop").addEventListener("click", () => { if (sent) sent.stopper.abort(); });
        })();
        """
}
