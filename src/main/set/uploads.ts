/** How far a set has come in one place, so that whoever goes on later sends what is missing and nothing else. */
import type { StoredState } from '../../shared/artifact.ts';
import type { DestinationId } from '../../shared/id.ts';

/** As it is written down. */
export interface UploadsRecord {
  stored: StoredState;
  /** By the artifact's name: whether it lies there, or the token by which a put that broke off goes on. */
  uploads: Record<string, { done?: boolean | undefined; token?: string | undefined }>;
}

/** A figure that a person reads is not written down for every piece that arrives. */
const noteBytes = 16 * 1024 * 1024;

export class Uploads {
  readonly id: DestinationId;
  /** Whether an earlier try may have put something there. */
  readonly tried: boolean;
  /** Whether the manifest was put there by this very process. */
  manifestThere = false;
  readonly #keep: (record: UploadsRecord) => void;
  #record: UploadsRecord;
  #noted = 0;

  /** @param keep writes the record down; it is called for every change. */
  constructor(
    id: DestinationId,
    before: UploadsRecord | undefined,
    tried: boolean,
    keep: (record: UploadsRecord) => void,
  ) {
    this.id = id;
    this.tried = tried;
    this.#record = before ?? { stored: { destination: id, state: 'waiting', message: null }, uploads: {} };
    this.#keep = keep;
  }

  get stored(): StoredState | undefined {
    return this.#record.stored;
  }

  is(stored: StoredState): void {
    this.#change({ ...this.#record, stored });
  }

  token(artifact: string): string | undefined {
    return this.#record.uploads[artifact]?.token;
  }

  isDone(artifact: string): boolean {
    return this.#record.uploads[artifact]?.done === true;
  }

  resumable(artifact: string, token: string): void {
    if (this.token(artifact) !== token) this.#upload(artifact, { token });
  }

  done(artifact: string): void {
    if (!this.isDone(artifact)) this.#upload(artifact, { done: true });
  }

  arrived(bytes: number): void {
    if (this.#record.stored.state !== 'waiting' || Math.abs(bytes - this.#noted) < noteBytes) return;
    this.#noted = bytes;
    this.is({ ...this.#record.stored, arrivedBytes: bytes });
  }

  /** Whether a later try finds anything of it there. */
  anything(): boolean {
    return Object.keys(this.#record.uploads).length > 0;
  }

  nothingThere(): void {
    this.manifestThere = false;
    const { arrivedBytes: _, ...stored } = this.#record.stored;
    this.#change({ stored, uploads: {} });
  }

  #upload(artifact: string, upload: UploadsRecord['uploads'][string]): void {
    this.#change({ ...this.#record, uploads: { ...this.#record.uploads, [artifact]: upload } });
  }

  #change(record: UploadsRecord): void {
    this.#record = record;
    this.#keep(record);
  }
}
