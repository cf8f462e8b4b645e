// The why-chain: numbered steps, each with the same number as its badge in the drawing and in the YAML.

import type { WhyStep } from '../protocol/messages.ts';
import { usePage } from '../state/page.ts';
import { CodeText } from '../ui/CodeText.tsx';
import { NumberDisc } from '../ui/NumberDisc.tsx';

export function WhyChain({ steps, isBad }: { steps: readonly WhyStep[]; isBad: boolean }) {
  return (
    <ol className={`why ${isBad ? 'why-bad' : ''}`}>
      {steps.map((step, index) => (
        <WhyItem
          // biome-ignore lint/suspicious/noArrayIndexKey: the chain is replaced as a whole, a step is its place in it
          key={index}
          step={step}
          number={index + 1}
          isBad={isBad}
          isFirstOfObject={steps.findIndex(({ object }) => object === step.object) === index}
        />
      ))}
    </ol>
  );
}

interface WhyItemProps {
  step: WhyStep;
  number: number;
  isBad: boolean;
  /** Only the first step about an object links to it. */
  isFirstOfObject: boolean;
}

function WhyItem({ step, number, isBad, isFirstOfObject }: WhyItemProps) {
  const page = usePage();
  const { range } = step;
  const object = isFirstOfObject ? step.object : undefined;
  const tone = step.role === 'cause' ? (isBad ? 'bad' : 'cause') : isBad ? 'bad-evidence' : 'evidence';
  return (
    <li>
      <NumberDisc number={number} tone={tone} />
      <span>
        <CodeText text={step.text} />
        {(range || object) && (
          <span className="why-links">
            {range && (
              <button type="button" className="link mono" onClick={() => page.reveal(range)}>
                line {range.startLine}
              </button>
            )}
            {object && (
              <button type="button" className="link" onClick={() => page.select(object)}>
                {objectName(object)}
              </button>
            )}
          </span>
        )}
      </span>
    </li>
  );
}

/** `Service/default/web` as `Service web`. */
function objectName(key: string): string {
  const [kind = '', , name = ''] = key.split('/');
  return `${kind} ${name}`;
}
