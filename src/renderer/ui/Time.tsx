import { timeZone, useNow } from '../clock.ts';
import { ago, dayOrTime, fullMoment, moment, momentInSentence } from '../words/moment.ts';
import { sizeOf } from '../words/number.ts';

/** A time that nobody has to count: "Yesterday, 12:02". The whole of it is its title. */
export function Moment({
  at,
  form = 'moment',
  className,
}: {
  at: number;
  /** `sentence` inside one, `day` where the minute does not matter, `ago` for "26 h ago". */
  form?: 'moment' | 'sentence' | 'day' | 'ago';
  className?: string;
}) {
  const now = useNow();
  const zone = timeZone();
  const written = {
    moment: () => moment(at, now, zone),
    sentence: () => momentInSentence(at, now, zone),
    day: () => dayOrTime(at, now, zone),
    ago: () => ago(at, now),
  };
  return (
    <time dateTime={new Date(at).toISOString()} title={fullMoment(at, zone)} className={className}>
      {written[form]()}
    </time>
  );
}

/** "398 MB". */
export function Bytes({ value, className }: { value: number; className?: string }) {
  return <span className={className ?? 'num'}>{sizeOf(value)}</span>;
}
