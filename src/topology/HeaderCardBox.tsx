// The header card as the reader sees it: old address struck out, new one below it.

import type { HeaderCard } from './header-card.ts';

export function HeaderCardBox({ card, x, y, scale }: { card: HeaderCard; x: number; y: number; scale: number }) {
  return (
    <div className={card.isLong ? 'header-card long' : 'header-card'} style={{ left: x, top: y, height: card.height, scale }}>
      <div className="header-card-title">
        <span>{card.title}</span>
        {card.tag && <span className={`tag ${card.tag.tone}`}>{card.tag.text}</span>}
      </div>
      <dl>
        <dt>src</dt>
        <End end={card.source} />
        <dt>dst</dt>
        <End end={card.destination} />
      </dl>
      {card.note && <p className={card.note.tone}>{card.note.text}</p>}
    </div>
  );
}

function End({ end }: { end: HeaderCard['source'] }) {
  if (end.old === null) return <dd title={end.now}>{end.now}</dd>;
  return (
    <dd key={`${end.old} ${end.now}`}>
      <s>{end.old}</s>
      <span className="written">
        <svg width={14} height={14} viewBox="0 0 14 14" aria-hidden="true">
          <path
            d="M7,1.5 V12 M3,8.4 L7,12.4 L11,8.4"
            fill="none"
            stroke="currentColor"
            strokeWidth={1.8}
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </svg>
        <ins>{end.now}</ins>
      </span>
    </dd>
  );
}
