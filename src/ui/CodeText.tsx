// Plain sentences that hold `code` spans: a span in backticks is set in the mono face, a label also in its colour.

export function CodeText({ text }: { text: string }) {
  const parts = text.split('`');
  if (parts.length === 1) return <>{text}</>;
  // A sentence never changes its number of parts while it is shown, so the index is a true key.
  // biome-ignore lint/suspicious/noArrayIndexKey: see above
  return (
    <>
      {parts.map((part, index) =>
        index % 2 === 1 ? (
          <code key={index} className={isLabel(part) ? 'code-label' : undefined}>
            {part}
          </code>
        ) : (
          part
        ),
      )}
    </>
  );
}

/** `app=web`, `app.kubernetes.io/name=web`. */
function isLabel(text: string): boolean {
  return /^[a-z][\w./-]*=[\w.-]+$/i.test(text) && !/^(src|dst|sport|dport|mark)=/.test(text);
}
