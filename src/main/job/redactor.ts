import { Redactor, Secret } from '../base/secret.ts';

/** A redactor that knows every string under the order's `secrets`. */
export function redactorFor(order: unknown): Redactor {
  const redactor = new Redactor();
  if (typeof order !== 'object' || order === null || !('secrets' in order)) return redactor;
  for (const text of stringsIn(order.secrets)) redactor.learn(new Secret(text));
  return redactor;
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}
