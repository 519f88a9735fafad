/** Addresses inside the window. A screen leads to another by its address and never by its code. */

/** What is told of a place beside its first page. */
export const placeParts = ['copies', 'reading', 'protection'] as const;
export type PlacePart = (typeof placeParts)[number];

export type Route =
  | { screen: 'overview' }
  | { screen: 'first-run' }
  | { screen: 'sources'; name: string | null }
  | { screen: 'source-new' }
  | { screen: 'source-edit'; name: string }
  | { screen: 'backups'; source: string | null; backupId: string | null }
  | { screen: 'restore'; source: string | null; backupId: string | null }
  | { screen: 'activity'; jobId: string | null }
  | { screen: 'plans'; planId: string | null }
  | { screen: 'plan-new' }
  | { screen: 'retention'; source: string | null }
  | { screen: 'kit'; place: string }
  | { screen: 'destinations'; place: string | null; part?: PlacePart }
  | { screen: 'destination-new' }
  | { screen: 'found' }
  | { screen: 'destination-edit'; place: string }
  | { screen: 'settings' };

export type Screen = Route['screen'];

/** A source may be called `new`, which is also an address: then its first letter is written as a code. */
const encoded = (name: string): string => (name === 'new' ? '%6Eew' : encodeURIComponent(name));

function decoded(part: string | undefined): string | null {
  if (part === undefined || part === '') return null;
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

/** What a hash says; anything unknown leads to the overview. */
export function routeOf(hash: string): Route {
  const parts = hash.replace(/^#?\/?/, '').split('/');
  const [screen = '', first, second] = parts;
  switch (screen) {
    case 'first-run':
    case 'found':
      return { screen };
    case 'settings':
      return { screen };
    case 'sources': {
      if (first === 'new') return { screen: 'source-new' };
      const name = decoded(first);
      return name !== null && second === 'edit' ? { screen: 'source-edit', name } : { screen, name };
    }
    case 'backups':
    case 'restore':
      return { screen, source: decoded(first), backupId: decoded(second) };
    case 'retention':
      return { screen, source: decoded(first) };
    case 'activity':
      return { screen, jobId: decoded(first) };
    case 'destinations': {
      if (first === 'new') return { screen: 'destination-new' };
      const place = decoded(first);
      if (place !== null && second === 'kit') return { screen: 'kit', place };
      if (place !== null && second === 'edit') return { screen: 'destination-edit', place };
      const part = placeParts.find((one) => one === second);
      return { screen, place, ...(place === null || part === undefined ? {} : { part }) };
    }
    case 'plans':
      return first === 'new' ? { screen: 'plan-new' } : { screen, planId: decoded(first) };
    default:
      return { screen: 'overview' };
  }
}

function pathOf(route: Route): (string | null)[] {
  switch (route.screen) {
    case 'overview':
    case 'first-run':
    case 'found':
    case 'settings':
      return [];
    case 'sources':
      return [route.name];
    case 'source-edit':
      return [route.name, 'edit'];
    case 'kit':
      return [route.place, 'kit'];
    case 'backups':
    case 'restore':
      return [route.source, route.backupId];
    case 'retention':
      return [route.source];
    case 'activity':
      return [route.jobId];
    case 'plans':
      return [route.planId];
    case 'destinations':
      return [route.place, route.part ?? null];
    case 'destination-edit':
      return [route.place, 'edit'];
    case 'source-new':
    case 'plan-new':
    case 'destination-new':
      return [];
  }
}

const rooms = { 'source-edit': 'sources', 'destination-edit': 'destinations', kit: 'destinations' } as const;

/** The address of a place, for a link: `#/backups/shop`. */
export function href(route: Route): string {
  if (route.screen === 'source-new') return '#/sources/new';
  if (route.screen === 'plan-new') return '#/plans/new';
  if (route.screen === 'destination-new') return '#/destinations/new';
  const room = rooms[route.screen as keyof typeof rooms] ?? route.screen;
  const parts = pathOf(route).filter((part) => part !== null);
  return ['#', room, ...parts.map(encoded)].join('/');
}
