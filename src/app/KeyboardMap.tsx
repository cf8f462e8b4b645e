// The map of keys, on `?`.

import { usePage, useUi } from '../state/page.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { keyboardMap } from './keyboard.ts';

export function KeyboardMap() {
  const { ui } = usePage();
  const isOpen = useUi((state) => state.dialog === 'keyboard');
  return (
    <Dialog title="Keys" open={isOpen} onClose={() => ui.setState({ dialog: null })}>
      <table className="key-table">
        <tbody>
          {keyboardMap.map(({ keys, does }) => (
            <tr key={does}>
              <th scope="row">
                {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </th>
              <td>{does}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="dialog-foot">
        <button type="button" className="link" onClick={() => ui.setState({ dialog: 'simplifications' })}>
          What is simpler here than on a real machine
        </button>
      </p>
    </Dialog>
  );
}
