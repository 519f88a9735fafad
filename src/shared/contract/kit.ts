import { call } from '../channel.ts';
import { DestinationCard, DestinationName, SealKey } from '../destination.ts';
import { KitState, KitWord } from '../kit.ts';
import { z } from '../schema.ts';
import { BehindReport } from '../reseal.ts';
import { BackupRef } from './input.ts';
import { PrivateKeyText, SecretText } from './secrets.ts';

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
  /** What an OpenPGP public key says of itself: from its text, or from a file that holds it. Nothing is kept. `seal.unusable-key`, `path.unreadable`. */
  readKey: call(
    z.union([
      z.strictObject({ armored: PrivateKeyText }),
      z.strictObject({ publicKeyFile: z.string().check(z.minLength(1), z.maxLength(4096)) }),
    ]),
    SealKey,
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
  /** Backups in this place that are sealed as it was sealed before: for an earlier key, without one that was added, or not at all. */
  behind: call(z.strictObject({ name: DestinationName }), BehindReport),
  /**
   * Has these backups of the place, or all that are behind, sealed anew one after the other: for every place that has them. Each is
   * another backup of the same moment and content, stored and proven like the earlier one was; only then the earlier one is removed,
   * and a hold keeps it. What a kill or a quit interrupts is gone on with.
   * @param kit, privateKey open one backup whose key is not here. `seal.current`, `seal.waits`, `backup.unknown`; of all that are
   * behind, those that cannot be are left out.
   */
  reseal: call(
    z.strictObject({
      name: DestinationName,
      backups: z.optional(z.array(BackupRef).check(z.minLength(1), z.maxLength(1000))),
      kit: z.optional(SecretText),
      privateKey: z.optional(PrivateKeyText),
    }),
    BehindReport,
  ),
  /** Nothing more is begun; what is being sealed is stopped, and what has its new backup is carried to its end. */
  stopReseal: call(z.strictObject({ name: DestinationName }), BehindReport),
} as const;
