/** A rule that was changed and not applied outlives the screen and the window: by the source that it was changed at. */
import { useCallback, useState } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { RetentionSettings } from '../../shared/retention.ts';
import { z } from '../../shared/schema.ts';
import { readText, writeText } from '../store/kept-text.ts';

const textName = 'holdfast.retention';
const most = 20;
const Kept = z.strictObject({
  version: z.literal(1),
  drafts: z.array(z.tuple([z.string().check(z.maxLength(100)), RetentionSettings])).check(z.maxLength(most)),
});

type Drafts = ReadonlyMap<string, RetentionSettings>;

/** What is no such text is as if nothing had been kept. */
export function draftsOf(text: string | null): Drafts {
  if (text === null) return new Map();
  try {
    const parsed = z.safeParse(Kept, JSON.parse(text));
    return new Map(parsed.success ? parsed.data.drafts : []);
  } catch {
    return new Map();
  }
}

/** The newest last: the oldest are the first to go. Null where there is none. */
export const keptDrafts = (drafts: Drafts): string | null =>
  drafts.size === 0 ? null : JSON.stringify({ version: 1, drafts: [...drafts].slice(-most) });

const kept = createStore<{ drafts: Drafts }>(() => ({ drafts: draftsOf(readText(textName)) }));
kept.subscribe(({ drafts }) => writeText(textName, keptDrafts(drafts)));

/** `found`: it is from an earlier visit, and nobody has changed it since. */
export function useDraft(sourceId: string): {
  draft: RetentionSettings | null;
  found: boolean;
  keep: (draft: RetentionSettings | null) => void;
} {
  const draft = useStore(kept, (state) => state.drafts.get(sourceId)) ?? null;
  const [found, setFound] = useState(draft !== null);
  const keep = useCallback(
    (next: RetentionSettings | null) => {
      setFound(false);
      kept.setState(({ drafts }) => {
        const others = new Map(drafts);
        others.delete(sourceId);
        if (next !== null) others.set(sourceId, next);
        return { drafts: others };
      });
    },
    [sourceId],
  );
  return { draft, found, keep };
}
