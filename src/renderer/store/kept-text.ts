/** Texts that outlive the window, by name, on this computer only. Where nothing can be kept, nothing fails. */
function storage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

export function readText(name: string): string | null {
  return storage()?.getItem(name) ?? null;
}

/** Null forgets it. */
export function writeText(name: string, text: string | null): void {
  try {
    if (text === null) storage()?.removeItem(name);
    else storage()?.setItem(name, text);
  } catch {
    // The browser has no room for it: the draft lives as long as its window.
  }
}
