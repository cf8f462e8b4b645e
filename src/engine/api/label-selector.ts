// Does an object with these labels match? Follows apimachinery pkg/labels/selector.go, Kubernetes 1.33.

import type { LabelSelector } from './types.ts';

type Labels = Readonly<Record<string, string>>;

/** Whether `labels` has every pair of `wanted`: the selector of Services and ReplicationControllers. */
export function hasLabels(labels: Labels | undefined, wanted: Labels): boolean {
  for (const key in wanted) if (labels?.[key] !== wanted[key]) return false;
  return true;
}

/** Whether `labels` meets a whole LabelSelector. An empty selector matches everything, a missing one nothing. */
export function matchesSelector(labels: Labels | undefined, selector: LabelSelector | undefined): boolean {
  if (!selector || !hasLabels(labels, selector.matchLabels ?? {})) return false;
  return (selector.matchExpressions ?? []).every((expression) => matchesExpression(labels, expression));
}

/** One requirement; `NotIn` and `DoesNotExist` hold also where the key is missing. `Gt` and `Lt` are those of node selectors. */
export function matchesExpression(
  labels: Labels | undefined,
  expression: { readonly key: string; readonly operator: string; readonly values?: readonly string[] },
): boolean {
  const { key, operator, values = [] } = expression;
  const value = labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0]);
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0]);
    default:
      return false;
  }
}
