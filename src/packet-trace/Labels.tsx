// Labels as tags: `app=web`.

export function Labels({ labels }: { labels: Readonly<Record<string, string>> }) {
  const pairs = Object.entries(labels);
  if (pairs.length === 0) return <span className="inspect-quiet">none</span>;
  return (
    <>
      {pairs.map(([key, value]) => (
        <span key={key} className="label-chip">
          {key}={value}
        </span>
      ))}
    </>
  );
}
