// How objects are named in keys: `default/web`, `Pod/default/web`. Thousands of objects are named again and again, in one
// run and the next; each name is put together once, and from then on is one string that compares and hashes at no cost.

type Names = Map<string, string>;

const MOST_KNOWN = 20_000;
let count = 0;
const namespaced = new Map<string, Names>();
const keys = new Map<string, Map<string, Names>>();

/** `default/web`; for cluster-scoped kinds `/node-1`. */
export function namespacedName(namespace: string, name: string): string {
  return namesIn(namespaced, namespace).get(name) ?? remember(namesIn(namespaced, namespace), name, `${namespace}/${name}`);
}

/** `Pod/default/web`, `Node//node-1`. */
export function kindedName(kind: string, namespace: string, name: string): string {
  const namespaces = keys.get(kind) ?? new Map<string, Names>();
  if (namespaces.size === 0) keys.set(kind, namespaces);
  const names = namesIn(namespaces, namespace);
  return names.get(name) ?? remember(names, name, `${kind}/${namespace}/${name}`);
}

function namesIn(namespaces: Map<string, Names>, namespace: string): Names {
  let names = namespaces.get(namespace);
  if (!names) {
    names = new Map();
    namespaces.set(namespace, names);
  }
  return names;
}

function remember(names: Names, name: string, text: string): string {
  names.set(name, text);
  if (++count > MOST_KNOWN) {
    namespaced.clear();
    keys.clear();
    count = 0;
  }
  return text;
}
