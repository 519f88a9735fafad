/**
 * The one import of the schema library.
 *
 * `jitless` is set before the first schema exists: Zod otherwise probes `new Function`, which a strict
 * content security policy reports even though the probe is caught.
 */
import * as z from 'zod/mini';

z.config({ jitless: true });

export { z };
