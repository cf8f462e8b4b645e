// Plain sentences that hold `code` spans: a span in backticks is set in the mono face, a label also in its colour, and
// one that names something can lead to it.

export interface CodeTextProps {
  text: string;
  /** The span that is a link, and where it leads. */
  link?: { readonly name: string; onOpen(): void } | undefined;
}

export function CodeText({ text, link }: CodeTextProps) {
  const parts = text.split('`');
  if (parts.length === 1) return <>{text}</>;
  // biome-ignore lint/suspicious/noArrayIndexKey: a sentence is replaced as a whole
  return <>{parts.map((part, index) => (index % 2 === 1 ? <CodeSpan key={index} text={part} link={link} /> : part))}</>;
}

function CodeSpan({ text, link }: CodeTextProps) {
  const code = <code className={isLabel(text) ? 'code-label' : undefined}>{text}</code>;
  if (link?.name !== text) return code;
  return (
    <button type="button" className="link" onClick={link.onOpen}>
      {code}
    </button>
  );
}

/** `app=web`, `app.kubernetes.io/name=web`. */
function isLabel(text: string): boolean {
  return /^[a-z][\w./-]*=[\w.-]+$/i.test(text) && !/^(src|dst|sport|dport|mark)=/.test(text);
}
