import { call } from '../channel.ts';
import { DestinationCard, DestinationName } from '../destination.ts';
import { KitState, KitWord } from '../kit.ts';
import { z } from '../schema.ts';
import { SecretText } from './secrets.ts';

export const kit = {
  /** Whether what goes to this place is sealed. The first time it makes the place's recovery secret. */
  seal: call(z.strictObject({ name: DestinationName, on: z.boolean() }), DestinationCard),
  /**
   * Somebody's own OpenPGP public keys (armored), that what goes to the place is sealed for from now on: these and no others; none
   * takes them away. `alone`: for them and not for the recovery secret. Switches sealing on where there are any.
   */
  sealFor: call(
    z.strictObject({
      name: DestinationName,
      keys: z.array(z.string().check(z.minLength(1), z.maxLength(65_536))).check(z.maxLength(16)),
      alone: z.boolean(),
    }),
    DestinationCard,
  ),
  show: call(z.strictObject({ name: DestinationName }), KitState),
  /** Writes the page into a new file that only its owner can read. The secret itself never comes over this contract. */
  write: call(
    z.strictObject({ name: DestinationName, file: z.string().check(z.minLength(1), z.maxLength(4096)) }),
    KitState,
  ),
  /** The kit is there: the check words of at least three of its rows. */
  prove: call(
    z.strictObject({
      name: DestinationName,
      words: z.array(KitWord).check(z.maxLength(8)),
      /** Whose copy it is, or where it lies. */
      holder: z.optional(z.string().check(z.minLength(1), z.maxLength(80))),
    }),
    KitState,
  ),
  /**
   * A new secret for what is sealed from now on. What was sealed before is opened by the earlier kit, here and on paper; the
   * new kit has to be printed and proven like the first.
   */
  rotate: call(z.strictObject({ name: DestinationName }), KitState),
  /** Takes the secret from a kit: of a place whose secret was lost, or that another computer seals. */
  enter: call(z.strictObject({ name: DestinationName, secret: SecretText }), KitState),
} as const;
