// What is simpler here than on a real machine, and what a reader of a real one would see instead.

import { SIMPLIFICATIONS } from '../engine/simplifications.ts';
import { usePage, useUi } from '../state/page.ts';
import { Dialog } from '../ui/Dialog.tsx';

export function Simplifications() {
  const { ui } = usePage();
  const isOpen = useUi((state) => state.dialog === 'simplifications');
  return (
    <Dialog
      title="What is simpler here"
      shape="wide"
      description="Every walk is compared with a real Linux kernel, hop by hop and rule by rule. These are the differences that are known and left."
      open={isOpen}
      onClose={() => ui.setState({ dialog: null })}
    >
      <dl className="simplifications">
        {SIMPLIFICATIONS.map(({ id, text, shows }) => (
          <div key={id}>
            <dt>{text}</dt>
            <dd>{shows}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
