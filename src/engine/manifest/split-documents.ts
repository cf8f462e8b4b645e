// Cuts a stream into its documents before they are parsed, so that a broken one leaves the others alive. As kubectl
// does: at lines that begin with `---`, and between JSON objects that follow each other.

export interface DocumentText {
  /** Where the document begins in the whole text. */
  readonly offset: number;
  readonly text: string;
}

/** The documents of `text` that hold anything but blanks and comments, in order. */
export function splitDocuments(text: string): DocumentText[] {
  const documents: DocumentText[] = [];
  let start = 0;
  const separator = /^---(?=[ \t\r]|$)/gm;
  for (let match = separator.exec(text); match; match = separator.exec(text)) {
    const before = text.slice(start, match.index);
    // Directives (%YAML) belong to the document behind the separator.
    if (/^%/m.test(before) && !hasContent(before)) continue;
    documents.push({ offset: start, text: before });
    start = match.index;
  }
  documents.push({ offset: start, text: text.slice(start) });
  return documents.filter((document) => hasContent(document.text)).flatMap(splitJson);
}

function hasContent(text: string): boolean {
  return text.split('\n').some((line) => !/^\s*(#.*|%.*|---\s*(#.*)?|\.\.\.\s*)?$/.test(line));
}

/** JSON objects may follow each other without a separator. */
function splitJson(document: DocumentText): DocumentText[] {
  const parts: DocumentText[] = [];
  let rest = 0;
  while (true) {
    const start = document.text.slice(rest).search(/\S/);
    if (start < 0 || document.text[rest + start] !== '{') break;
    const end = endOfObject(document.text, rest + start);
    if (end === null) break;
    parts.push({ offset: document.offset + rest + start, text: document.text.slice(rest + start, end) });
    rest = end;
  }
  if (parts.length === 0 || hasContent(document.text.slice(rest))) return [document];
  return parts;
}

function endOfObject(text: string, start: number): number | null {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (inString) {
      if (char === '\\') at++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{') depth++;
    else if (char === '}' && --depth === 0) return at + 1;
  }
  return null;
}
