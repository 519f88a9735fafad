/** What sealing and unsealing share: how the library is set. It makes and opens session keys; the message itself is ours. */
import * as openpgp from 'openpgp';

export const openpgpConfig: openpgp.PartialConfig = {
  // SEIPDv1: what gpg 2.2 opens. The newer form is faster and it does not.
  aeadProtect: false,
  // A stretched passphrase protects weak ones. A recovery secret is 256 random bits; the least count is enough.
  s2kType: openpgp.enums.s2k.iterated,
  s2kIterationCountByte: 0,
};
