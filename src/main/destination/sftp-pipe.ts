/** Writing to an open file of an SFTP server, with many pieces on their way. */

/** Every server takes this much in one message. */
const pieceBytes = 32 * 1024;
/** So many pieces are on their way before one has to be acknowledged: 2 MiB hide the distance of most servers. */
const piecesAtOnce = 64;

export interface PipeOptions {
  /** Where in the file the first byte belongs. */
  from: number;
  /** Writes one piece; resolves when the server has acknowledged it. */
  send(piece: Buffer, position: number): Promise<unknown>;
  /** Told how far everything is acknowledged, without a gap: bytes from the beginning of the file. */
  onAcknowledged(bytes: number): void;
}

/** Sends in order of position; the first piece that fails ends it. */
export class Pipe {
  readonly #waiting = new Set<Promise<void>>();
  /** Pieces in the order of their positions, until everything before them is acknowledged too. */
  readonly #order: { end: number; acknowledged: boolean }[] = [];
  readonly #options: PipeOptions;
  /** Memory for pieces that are not on their way. */
  readonly #free: Buffer[] = [];
  #position: number;
  #failure: { thrown: unknown } | undefined;

  constructor(options: PipeOptions) {
    this.#options = options;
    this.#position = options.from;
  }

  /** The chunk's memory is free when this resolves. */
  async write(chunk: Buffer): Promise<void> {
    for (let offset = 0; offset < chunk.length; offset += pieceBytes) {
      while (this.#waiting.size >= piecesAtOnce) await Promise.race(this.#waiting);
      this.#throwFailure();
      this.#begin(chunk.subarray(offset, offset + pieceBytes));
    }
  }

  #begin(bytes: Buffer): void {
    const memory = this.#free.pop() ?? Buffer.allocUnsafeSlow(pieceBytes);
    const piece = memory.subarray(0, bytes.copy(memory));
    const position = this.#position;
    this.#position += piece.length;
    const mine = { end: this.#position, acknowledged: false };
    this.#order.push(mine);
    const sending = this.#options
      .send(piece, position)
      .then(
        () => {
          mine.acknowledged = true;
          this.#advance();
        },
        (thrown: unknown) => {
          this.#failure ??= { thrown };
        },
      )
      .finally(() => {
        this.#waiting.delete(sending);
        this.#free.push(memory);
      });
    this.#waiting.add(sending);
  }

  #advance(): void {
    let end: number | undefined;
    while (this.#order[0]?.acknowledged === true) end = this.#order.shift()?.end;
    if (end !== undefined) this.#options.onAcknowledged(end);
  }

  async drained(): Promise<void> {
    await this.settled();
    this.#throwFailure();
  }

  async settled(): Promise<void> {
    await Promise.all(this.#waiting);
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.thrown;
  }
}
