// A node may follow the `iptables-save` of a real one instead of what kube-proxy writes: pasted here, kept in the text,
// and given back to kube-proxy with one click. Every step is an edit of the text that undo takes back.

import { useState } from 'react';
import { hasNodeRules, withNodeRules } from '../state/node-rules.ts';
import { usePage, useRun, useSimulation } from '../state/page.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import './own-rules.css';

export function OwnRules({ node, generated }: { node: string; generated: string }) {
  const page = usePage();
  const text = useRun((run) => run.text);
  const isRefused = useSimulation(({ problems }) =>
    problems.some(
      ({ severity, path }) => severity === 'error' && /\.ip6?tablesSave$/.test(path) && path.startsWith(`cluster.nodes[${node}].`),
    ),
  );
  const [isOpen, setOpen] = useState(false);
  const isOwn = hasNodeRules(text, node);
  const paste = (iptablesSave: string, ipsetSave: string) => {
    setOpen(false);
    page.edit(withNodeRules(text, node, { iptablesSave, ipsetSave }));
  };
  return (
    <div className="own-rules">
      {isOwn && (
        <p className="own-rules-state" role="status">
          {isRefused
            ? `iptables-restore refuses the pasted rules: ${node} keeps what kube-proxy writes.`
            : `Pasted rules. kube-proxy, flannel and policies write nothing on ${node}.`}
        </p>
      )}
      <div className="own-rules-actions">
        <Button onClick={() => setOpen(true)}>{isOwn ? 'Paste others' : "Paste this node's iptables-save"}</Button>
        {isOwn && <Button onClick={() => page.edit(withNodeRules(text, node, null))}>Let kube-proxy write</Button>}
      </div>
      <Dialog
        title={`Rules of ${node}`}
        description="Packets follow what you paste. It stays in this text and in its links; nothing leaves your browser."
        open={isOpen}
        onClose={() => setOpen(false)}
      >
        {isOpen && <PasteForm generated={generated} onPaste={paste} onClose={() => setOpen(false)} />}
      </Dialog>
    </div>
  );
}

interface PasteFormProps {
  generated: string;
  onPaste: (iptablesSave: string, ipsetSave: string) => void;
  onClose: () => void;
}

function PasteForm({ generated, onPaste, onClose }: PasteFormProps) {
  const [rules, setRules] = useState('');
  const [sets, setSets] = useState('');
  const needsSets = /--match-set|--add-set/.test(rules);
  const isDump = /^\*(filter|nat|mangle|raw)\s*$/m.test(rules);
  return (
    <form
      className="own-rules-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isDump) onPaste(rules, sets);
      }}
    >
      <Field
        label="iptables-save, and ip6tables-save where you have it"
        value={rules}
        onChange={setRules}
        rows={12}
        placeholder={'*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT'}
      />
      {needsSets && (
        <Field label="ipset save, for the sets that these rules name" value={sets} onChange={setSets} rows={4} placeholder="" />
      )}
      {rules.trim() !== '' && !isDump && (
        <p className="own-rules-note" role="alert">
          No table in it: the output of iptables-save begins a table with *filter, *nat, *mangle or *raw.
        </p>
      )}
      <div className="own-rules-actions">
        <Button look="ink" type="submit" disabled={!isDump}>
          Use these rules
        </Button>
        <Button onClick={() => setRules(generated.replace(/^\[\d+:\d+\] /gm, ''))}>Begin with the rules it has</Button>
        <Button look="ghost" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

interface FieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  rows: number;
  placeholder: string;
}

function Field({ label, value, onChange, rows, placeholder }: FieldProps) {
  return (
    <label className="own-rules-field">
      <span>{label}</span>
      <textarea
        value={value}
        onChange={(event) => onChange(event.target.value)}
        rows={rows}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        wrap="off"
      />
    </label>
  );
}
