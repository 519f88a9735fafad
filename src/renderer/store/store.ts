/** The one store of the window: listens at the bridge, asks for the snapshot, keeps the overview fresh. */
import { createStore } from 'zustand/vanilla';
import { type Announcement, client, type Wire } from '../../shared/channel.ts';
import { contract } from '../../shared/contract.ts';
import { type DoorFacts, doorContract } from '../../shared/door.ts';
import { type Failure, toFailure } from '../../shared/failure.ts';
import { type Overview } from '../../shared/overview.ts';
import { type Bridge, connectionEvent } from '../transport.ts';
import { begin, type Known, nothingKnown, receive, type Step } from './known.ts';

export interface Held extends Known {
  overview: Overview | null;
  /** Why there is no newer overview. */
  overviewFailure: Failure | null;
  /** Why there is no snapshot. */
  failure: Failure | null;
  connected: boolean;
  door: DoorFacts | null;
}

export const held = createStore<Held>(() => ({
  ...nothingKnown,
  overview: null,
  overviewFailure: null,
  failure: null,
  connected: true,
  door: null,
}));

/** Events after which a source may stand differently. */
const changesOverview =
  /^(?:source|backup|plan|restore|retention|settings)[.]|^job[.]changed$|^destination[.](?:changed|removed)$/;
const overviewSettlesMs = 300;
const overviewEveryMs = 60_000;
const askAgainMs = 2_000;

export type Client = ReturnType<typeof connect>;
type AppliedListener = (announcement: Announcement) => void;

/** Connects the store to a bridge, once. Answers the typed calls of house and door. */
export function connect(bridge: Bridge) {
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  const applied = new Set<AppliedListener>();
  const wire: Wire = {
    invoke: (name, input) => bridge.invoke(name, input),
    on(event, listen) {
      const set = listeners.get(event) ?? new Set();
      listeners.set(event, set);
      set.add(listen);
      return () => set.delete(listen);
    },
  };
  const api = client(contract, wire);
  const door = client(doorContract, wire);
  const overview = overviewAsker(api.app.overview);
  const snapshot = snapshotAsker(api.app.snapshot, (step) => take(step));

  function take({ known, ask, applied: news }: Step): void {
    held.setState(known);
    for (const each of news) for (const listen of applied) listen(each);
    if (ask) snapshot.ask();
    if (ask || news.some((each) => changesOverview.test(each.event))) overview.soon();
  }

  bridge.onAnnouncement((announcement) => {
    if (announcement.event === connectionEvent) {
      const { up } = announcement.payload as { up: boolean };
      held.setState({ connected: up });
      return;
    }
    take(receive(held.getState(), announcement));
    for (const listen of listeners.get(announcement.event) ?? []) listen(announcement.payload);
  });

  snapshot.ask();
  overview.soon();
  setInterval(() => overview.soon(), overviewEveryMs);
  door.door.about({}).then(
    (facts) => held.setState({ door: facts }),
    () => undefined,
  );
  return {
    api,
    door,
    /** Every announcement in its order, after it was applied. */
    onApplied: (listen: AppliedListener): (() => void) => {
      applied.add(listen);
      return () => applied.delete(listen);
    },
  };
}

type SnapshotCall = (input: Record<string, never>) => Promise<Parameters<typeof begin>[1]>;

/** One question at a time; one that fails is asked again after a while. */
function snapshotAsker(call: SnapshotCall, take: (step: Step) => void) {
  let asking = false;
  let again = false;
  const ask = (): void => {
    again = true;
    if (!asking) void run();
  };
  const run = async (): Promise<void> => {
    asking = true;
    while (again) {
      again = false;
      const { epoch } = held.getState();
      try {
        const snapshot = await call({});
        held.setState({ failure: null });
        take(begin(held.getState(), snapshot, epoch));
      } catch (thrown) {
        held.setState({ failure: toFailure(thrown, '') });
        again = true;
        await new Promise((resolve) => setTimeout(resolve, askAgainMs));
      }
    }
    asking = false;
  };
  return { ask };
}

/** Asked a moment after the last change, one question at a time. */
function overviewAsker(call: (input: Record<string, never>) => Promise<Overview>) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking = false;
  let again = false;
  const ask = async (): Promise<void> => {
    timer = undefined;
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    try {
      held.setState({ overview: await call({}), overviewFailure: null });
    } catch (thrown) {
      held.setState({ overviewFailure: toFailure(thrown, '') });
    }
    asking = false;
    if (again) soon();
    again = false;
  };
  const soon = (): void => {
    timer ??= setTimeout(() => void ask(), overviewSettlesMs);
  };
  return { soon };
}
