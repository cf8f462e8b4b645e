// Plain sentences that hold `code` spans: a span in backticks is set in the mono face.

export function CodeText({ text }: { text: string }) {
  const parts = text.split('`');
  if (parts.length === 1) return <>{text}</>;
  // A sentence never changes its number of parts while it is shown, so the index is a true key.
  // biome-ignore lint/suspicious/noArrayIndexKey: see above
  return <>{parts.map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}</>;
}
