/** Bytes that come in pieces of any size, taken in the sizes that a format needs. */

export class ByteReader {
  readonly #iterator: AsyncIterator<Buffer>;
  /** What every byte that is handed out goes through. */
  readonly #onBytes: (bytes: Buffer) => void;
  #piece: Buffer = Buffer.alloc(0);

  constructor(bytes: AsyncIterable<Buffer>, onBytes: (bytes: Buffer) => void = () => {}) {
    this.#iterator = bytes[Symbol.asyncIterator]();
    this.#onBytes = onBytes;
  }

  /** Exactly so many, in memory of their own. Throws where there are less. */
  async take(count: number): Promise<Buffer> {
    const taken = Buffer.alloc(count);
    for (let filled = 0; filled < count;) filled += (await this.some(count - filled)).copy(taken, filled);
    return taken;
  }

  /** At least one and at most so many; valid until more are asked for. Throws at the end. */
  async some(most: number): Promise<Buffer> {
    if (await this.ended()) throw new Error('it ends too early');
    const bytes = this.#piece.subarray(0, most);
    this.#piece = this.#piece.subarray(bytes.length);
    this.#onBytes(bytes);
    return bytes;
  }

  async ended(): Promise<boolean> {
    while (this.#piece.length === 0) {
      const { done, value } = await this.#iterator.next();
      if (done === true) return true;
      this.#piece = value;
    }
    return false;
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }
}
