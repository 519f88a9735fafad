/** The library for keys, and how it is set; what is written and read around them is ours. It is loaded where a key is looked at. */
import type * as Library from 'openpgp';

export const openpgp = (): Promise<typeof Library> => import('openpgp');

// SEIPDv1: what gpg 2.2 opens. The newer form is faster and it does not.
export const openpgpConfig: Library.PartialConfig = { aeadProtect: false };
