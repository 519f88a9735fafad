import { JobId } from '../id.ts';
import { z } from '../schema.ts';

export const Nothing = z.strictObject({});
export const JobRef = z.strictObject({ jobId: JobId });
/** A backup's id, or `NAME@latest`. */
export const BackupRef = z.string().check(z.minLength(1), z.maxLength(200));
