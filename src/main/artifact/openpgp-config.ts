/** What sealing and unsealing share: how the library is set, and how bytes are handed to it. */
import * as openpgp from 'openpgp';

export const openpgpConfig: openpgp.PartialConfig = {
  // SEIPDv1: what gpg 2.2 opens. The newer form is faster and it does not.
  aeadProtect: false,
  // A stretched passphrase protects weak ones. A recovery secret is 256 random bits; the least count is enough.
  s2kType: openpgp.enums.s2k.iterated,
  s2kIterationCountByte: 0,
  // What is sealed is compressed already.
  preferredCompressionAlgorithm: openpgp.enums.compression.uncompressed,
  // Otherwise a whole message is kept in memory until its end. Ours are hashed before they come here.
  allowUnauthenticatedStream: true,
};

/**
 * The bytes as a stream of its own memory: the library keeps pieces for a while, and the givers use theirs again.
 * `failure` is what the giver failed with; the library wraps it into words of its own.
 */
export function copied(bytes: AsyncIterable<Buffer>): {
  stream: ReadableStream<Uint8Array>;
  failure(): Error | undefined;
} {
  let failure: Error | undefined;
  async function* copies(): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of bytes) yield Uint8Array.from(piece);
    } catch (thrown) {
      failure = thrown as Error;
      throw thrown;
    }
  }
  return { stream: ReadableStream.from(copies()), failure: () => failure };
}
