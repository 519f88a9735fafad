import { useMemo, useSyncExternalStore } from 'react';
import { href, type Route, routeOf } from './route.ts';

function subscribe(listen: () => void): () => void {
  window.addEventListener('hashchange', listen);
  return () => window.removeEventListener('hashchange', listen);
}

/** Where the window is. */
export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  return useMemo(() => routeOf(hash), [hash]);
}

/** Goes there. `replace` leaves no step back, e.g. when the screen itself picks the newest backup. */
export function navigate(route: Route, how: 'push' | 'replace' = 'push'): void {
  if (how === 'push') {
    window.location.hash = href(route);
    return;
  }
  window.history.replaceState(null, '', href(route));
  // replaceState tells nobody.
  window.dispatchEvent(new HashChangeEvent('hashchange'));
}
