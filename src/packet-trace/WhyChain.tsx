// The why-chain: numbered steps, each with the same number as its badge in the drawing and in the YAML.

import type { WhyStep } from '../protocol/messages.ts';
import { usePage } from '../state/page.ts';
import { CodeText } from '../ui/CodeText.tsx';
import { NumberDisc } from '../ui/NumberDisc.tsx';

export function WhyChain({ steps, isBad }: { steps: readonly WhyStep[]; isBad: boolean }) {
  return (
    <ol className={`why ${isBad ? 'why-bad' : ''}`}>
      {steps.map((step, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the chain is replaced as a whole, a step is its place in it
        <WhyItem key={index} step={step} number={index + 1} isBad={isBad} />
      ))}
    </ol>
  );
}

function WhyItem({ step, number, isBad }: { step: WhyStep; number: number; isBad: boolean }) {
  const page = usePage();
  const { range, object } = step;
  const tone = step.role === 'cause' ? (isBad ? 'bad' : 'cause') : isBad ? 'bad-evidence' : 'evidence';
  return (
    <li>
      <NumberDisc number={number} tone={tone} />
      <span>
        <CodeText text={step.text} link={object === undefined ? undefined : { name: nameOf(object), onOpen: () => page.select(object) }} />
        {range && (
          <>
            <br />
            <button type="button" className="link mono why-line" onClick={() => page.reveal(range)}>
              line {range.startLine}
            </button>
          </>
        )}
      </span>
    </li>
  );
}

/** `Service/default/web` is called `web`. */
function nameOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}
