// Server-sent events out of the body of a fetch. Events and characters may be split anywhere.

export async function* eventsOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  const event = new PendingEvent();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    rest += value;
    // A CR at the very end may be the first half of a CRLF: it waits for what follows.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop();
    for (const line of lines) {
      const complete = event.take(line);
      if (complete) yield complete;
    }
  }
}

class PendingEvent {
  #name = "message";
  #data = [];

  // Takes one line; returns the event when the line ends it.
  take(line) {
    if (line === "") return this.#finish();
    const colon = line.indexOf(":");
    if (colon === 0) return null;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#name = value;
    if (field === "data") this.#data.push(value);
    return null;
  }

  #finish() {
    const event = { name: this.#name, data: this.#data.join("\n") };
    this.#name = "message";
    this.#data = [];
    return event.data ? { name: event.name, data: parsed(event.data) } : null;
  }
}

function parsed(data) {
  try {
    return JSON.parse(data);
  } catch {
    return {};
  }
}
