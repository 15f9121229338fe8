// Server-sent events out of pieces of text, as they arrive.

const FIELD = /^(event|data|id): ?(.*)$/;

/** The fields of one message, "" where it has none. */
function parse(block) {
  const message = {event: "message", data: "", id: ""};
  for (const line of block.split("\n")) {
    const field = FIELD.exec(line);
    if (field) message[field[1]] = field[2];
  }
  return message;
}

/** Keeps what is not complete yet for the next piece. */
export class Messages {
  #rest = "";

  /** The messages that `piece` completes. Comments are none. */
  take(piece) {
    const blocks = (this.#rest + piece).split("\n\n");
    this.#rest = blocks.pop();
    return blocks.map(parse).filter(message => message.data);
  }
}
