/** What the house says of a source's backups under the rules as they are typed: asked a moment after the last change. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Announcement } from '../../shared/channel.ts';
import type { DestinationId } from '../../shared/id.ts';
import type { RetentionLook, RetentionQuestion, RetentionSettings } from '../../shared/retention.ts';
import { timeZone } from '../clock.ts';
import { useAnnouncements, useApi } from '../store/hooks.ts';
import { useAsked, type Asked } from '../store/use-asked.ts';
import { lastDay } from './calendar.ts';

const settlesMs = 200;

/** A text that stands still for a moment before it is passed on. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), settlesMs);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

export interface Looked extends Asked<RetentionLook> {
  question: RetentionQuestion;
}

export function useLook(asked: {
  name: string;
  destination: DestinationId | null;
  /** The first and the last month that are shown. */
  months: readonly [string, string];
  draft: RetentionSettings | null;
}): Looked {
  const api = useApi();
  const text = useSettled(JSON.stringify(asked.draft));
  const draft = useMemo(() => JSON.parse(text) as RetentionSettings | null, [text]);
  const question: RetentionQuestion = {
    name: asked.name,
    from: `${asked.months[0]}-01`,
    to: lastDay(asked.months[1]),
    timeZone: timeZone(),
    ...(asked.destination === null ? {} : { destination: asked.destination }),
    ...(draft === null ? {} : { draft }),
  };
  const look = useAsked(JSON.stringify(question), () => api.retention.look(question));
  useChanges(look.again);
  // What was known stays while the next answer is on its way: a calendar that flickers cannot be read.
  const [last, setLast] = useState<{ name: string; value: RetentionLook } | null>(null);
  if (look.value !== null && last?.value !== look.value) setLast({ name: asked.name, value: look.value });
  return { ...look, question, value: look.value ?? (last?.name === asked.name ? last.value : null) };
}

/** Asks again shortly after anything that may have changed the answer. */
export function useChanges(again: () => void): void {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useAnnouncements(
    useCallback(
      ({ event }: Announcement) => {
        if (!/^(?:backup|retention|plan|destination|source)[.]/.test(event)) return;
        clearTimeout(timer.current);
        timer.current = setTimeout(again, settlesMs);
      },
      [again],
    ),
  );
}
