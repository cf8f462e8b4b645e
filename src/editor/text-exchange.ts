// Who wrote which text? The page echoes every text that the reader types, and a fast reader has typed on before the echo
// comes: written back into the editor it would take the last letters away again.

export class TextExchange {
  /** The text that both sides hold, or will once the echoes have arrived. */
  private text: string;
  /** Told to the page, not echoed yet. */
  private pending: string[] = [];

  constructor(text: string) {
    this.text = text;
  }

  /** The editor holds `text`. Was it typed, so that the page must be told? */
  isTyped(text: string): boolean {
    if (text === this.text) return false;
    this.text = text;
    this.pending.push(text);
    return true;
  }

  /** The page holds `text`. Was it written by somebody else, so that the editor must take it? */
  isNews(text: string): boolean {
    const echo = this.pending.lastIndexOf(text);
    if (echo >= 0) this.pending.splice(0, echo + 1);
    if (echo >= 0 || text === this.text) return false;
    this.pending = [];
    this.text = text;
    return true;
  }
}
