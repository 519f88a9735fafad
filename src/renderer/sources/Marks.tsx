import { type Source } from '../../shared/source.ts';
import { Tag } from '../ui/Badge.tsx';
import { sources as words } from '../words/sources.ts';

/** What a person marked a source as. */
export function Marks({ source }: { source: Source }) {
  return (
    <>
      {source.production === true && <Tag tone="attention">{words.production}</Tag>}
      {source.sample === true && <Tag>{words.sample}</Tag>}
    </>
  );
}
