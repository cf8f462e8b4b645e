// Plain sentences that hold `code` spans: a span in backticks is set in the mono face, a label also in its colour.

export function CodeText({ text }: { text: string }) {
  const parts = text.split('`');
  if (parts.length === 1) return <>{text}</>;
  // biome-ignore lint/suspicious/noArrayIndexKey: a sentence is replaced as a whole
  return <>{parts.map((part, index) => (index % 2 === 1 ? <CodeSpan key={index} text={part} /> : part))}</>;
}

function CodeSpan({ text }: { text: string }) {
  return <code className={isLabel(text) ? 'code-label' : undefined}>{text}</code>;
}

/** `app=web`, `app.kubernetes.io/name=web`. */
function isLabel(text: string): boolean {
  return /^[a-z][\w./-]*=[\w.-]+$/i.test(text) && !/^(src|dst|sport|dport|mark)=/.test(text);
}
