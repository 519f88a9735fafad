import type { z } from '../../shared/schema.ts';
import type { doorContract } from '../../shared/door.ts';

type Link = z.output<typeof doorContract.door.openLink.input>['link'];

/** The only pages that Holdfast opens in a browser. */
export const links: Record<Link, string> = {
  guide: 'https://github.com/holdfast-backup/holdfast#readme',
  'source-code': 'https://github.com/holdfast-backup/holdfast',
  'postgres-downloads': 'https://www.postgresql.org/download/',
};
