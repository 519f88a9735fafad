/** Chromium loads no scheme that it does not know, so `app://holdfast` is `https://app.holdfast` on its side of the stand-in. */
const inside = 'https://app.holdfast';
const outside = 'app://holdfast';

export const toChromium = (url: string): string => (url.startsWith(outside) ? inside + url.slice(outside.length) : url);
export const fromChromium = (url: string): string =>
  url === inside || url.startsWith(`${inside}/`) ? outside + url.slice(inside.length) : url;

/** `new URL` gives `null` for the origin of a scheme that is not of the web. */
export function originOf(url: string): string {
  const found = /^([a-z]+:\/\/[^/?#]*)/.exec(fromChromium(url));
  return found?.[1] ?? 'null';
}
