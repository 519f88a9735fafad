/** Pure: rules of a bucket's lifecycle, as S3 has them, in our words; ours beside those of others. */
import type { LifecycleRule as BucketRule, TransitionStorageClass } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import type { LifecycleHit, LifecycleWish } from '../../shared/place-admin.ts';
import { plural } from '../../shared/plural.ts';
import { thawHoursOf } from '../../shared/s3-presets.ts';
import type { SeenRule } from './admin.ts';

const parts = ['data', 'manifests', 'proofs'] as const;
const folderOf = (prefix: string): string => (prefix === '' ? '' : `${prefix}/`);

/** Ours are known by their names: one for each part of each place. */
const idOf = (prefix: string, part: string): string => `holdfast ${folderOf(prefix)}${part}`;
const isOurs = (prefix: string, id: string | undefined): boolean => parts.some((part) => idOf(prefix, part) === id);

/**
 * Our rules for a place. Names begin with what they are (`data/`, `manifests/`), so a prefix hits the data alone: no tag is
 * needed, which not every service has and which a put without the right to tag would lack.
 * @param first whether the bucket has rules in the first form, whose prefix stands outside of a filter: S3 takes no mixture.
 */
export function ourRules(prefix: string, wish: LifecycleWish | null, first: boolean): BucketRule[] {
  if (wish === null) return [];
  const { cold, expireAfterDays, versionsAfterDays } = wish;
  return parts.flatMap((part): BucketRule[] => {
    const isData = part === 'data';
    const does: Partial<BucketRule> = {
      ...(isData && cold !== null
        ? { Transitions: [{ Days: cold.afterDays, StorageClass: cold.storageClass as TransitionStorageClass }] }
        : {}),
      ...(isData && expireAfterDays !== null ? { Expiration: { Days: expireAfterDays } } : {}),
      ...(versionsAfterDays === null ? {} : { NoncurrentVersionExpiration: { NoncurrentDays: versionsAfterDays } }),
    };
    if (Object.keys(does).length === 0) return [];
    const hit = `${folderOf(prefix)}${part}/`;
    return [
      {
        ID: idOf(prefix, part),
        Status: 'Enabled',
        ...(first ? { Prefix: hit } : { Filter: { Prefix: hit } }),
        ...does,
      },
    ];
  });
}

/** Whether these are rules in the first form of S3, with the prefix outside of a filter. */
export const isFirstForm = (rules: readonly BucketRule[]): boolean =>
  rules.some(({ Filter, Prefix }) => Filter === undefined && Prefix !== undefined);

export const withoutOurs = (prefix: string, rules: readonly BucketRule[]): BucketRule[] =>
  rules.filter(({ ID }) => !isOurs(prefix, ID));

/** The same for the same rules, in whatever order they and their parts come. */
export const digestOf = (rules: readonly BucketRule[]): string =>
  createHash('sha256')
    .update(JSON.stringify(rules.map((rule) => canonical(rule)).toSorted()))
    .digest('hex');

const canonical = (value: unknown): string => {
  if (value instanceof Date) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value).filter(([, part]) => part !== undefined);
  return `{${fields
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, part]) => `${name}:${canonical(part)}`)
    .join(',')}}`;
};

/** What was wished, read from our own rules; null where there are none. */
export function wishIn(prefix: string, rules: readonly BucketRule[]): LifecycleWish | null {
  const ours = rules.filter(({ ID }) => isOurs(prefix, ID));
  if (ours.length === 0) return null;
  const data = ours.find(({ ID }) => ID === idOf(prefix, 'data'));
  const [move] = data?.Transitions ?? [];
  return {
    cold:
      move?.Days === undefined || move.StorageClass === undefined
        ? null
        : { afterDays: move.Days, storageClass: move.StorageClass },
    expireAfterDays: data?.Expiration?.Days ?? null,
    versionsAfterDays:
      ours.map((rule) => rule.NoncurrentVersionExpiration?.NoncurrentDays).find((days) => days !== undefined) ?? null,
  };
}

export function seenRule(prefix: string, rule: BucketRule): SeenRule {
  const { Expiration: ends, Transitions: moves = [], Status } = rule;
  const enabled = Status === 'Enabled';
  const hit = prefixOf(rule);
  const tags = tagsOf(rule);
  const slow = moves.find(({ StorageClass }) => thawHoursOf(StorageClass ?? '') > 0);
  return {
    id: rule.ID ?? `(without a name, ${hit === '' ? 'the whole bucket' : hit})`,
    ours: isOurs(prefix, rule.ID),
    enabled,
    prefix: hit,
    // Ours have no tags, so a rule that asks for one never meets them.
    hits: tags.length > 0 ? ['others'] : hitsOf(folderOf(prefix), hit),
    words: wordsOf(rule, tags),
    ...(enabled && ends?.Days !== undefined ? { expires: { afterDays: ends.Days } } : {}),
    ...(enabled && ends?.Date !== undefined ? { expires: { at: ends.Date.getTime() } } : {}),
    ...(enabled && slow !== undefined
      ? { cools: { afterDays: slow.Days ?? 0, storageClass: slow.StorageClass ?? '' } }
      : {}),
  };
}

const prefixOf = ({ Filter, Prefix }: BucketRule): string => Filter?.Prefix ?? Filter?.And?.Prefix ?? Prefix ?? '';
const tagsOf = ({ Filter }: BucketRule): string[] =>
  [...(Filter?.Tag === undefined ? [] : [Filter.Tag]), ...(Filter?.And?.Tags ?? [])].map(
    ({ Key, Value }) => `${Key}=${Value}`,
  );

function hitsOf(folder: string, prefix: string): LifecycleHit[] {
  const meets = (part: string): boolean =>
    `${folder}${part}/`.startsWith(prefix) || prefix.startsWith(`${folder}${part}/`);
  const inOne = parts.some((part) => prefix.startsWith(`${folder}${part}/`));
  return [...parts.filter(meets), ...(inOne ? [] : ['others' as const])];
}

function wordsOf(rule: BucketRule, tags: readonly string[]): string[] {
  const { Expiration: ends, NoncurrentVersionExpiration: older, AbortIncompleteMultipartUpload: uploads } = rule;
  const least = rule.Filter?.ObjectSizeGreaterThan ?? rule.Filter?.And?.ObjectSizeGreaterThan;
  const most = rule.Filter?.ObjectSizeLessThan ?? rule.Filter?.And?.ObjectSizeLessThan;
  const versions = rule.NoncurrentVersionTransitions ?? [];
  const day = (date: Date): string => date.toISOString().slice(0, 10);
  return [
    ...(rule.Transitions ?? []).map(
      ({ Days, Date: on, StorageClass }) =>
        `Moves it to ${StorageClass} ${on === undefined ? `after ${plural(Days ?? 0, 'day')}` : `on ${day(on)}`}.`,
    ),
    ...(ends?.Days === undefined ? [] : [`Deletes it after ${plural(ends.Days, 'day')}.`]),
    ...(ends?.Date === undefined ? [] : [`Deletes it on ${day(ends.Date)}.`]),
    ...(ends?.ExpiredObjectDeleteMarker === true ? ['Takes away marks of removals that hide nothing.'] : []),
    ...(older?.NoncurrentDays === undefined
      ? []
      : [`Deletes older versions after ${plural(older.NoncurrentDays, 'day')}.`]),
    ...versions.map(
      ({ NoncurrentDays, StorageClass }) =>
        `Moves older versions to ${StorageClass} after ${plural(NoncurrentDays ?? 0, 'day')}.`,
    ),
    ...(uploads?.DaysAfterInitiation === undefined
      ? []
      : [`Gives up unfinished uploads after ${plural(uploads.DaysAfterInitiation, 'day')}.`]),
    ...(tags.length === 0 ? [] : [`Only objects with the tags ${tags.join(', ')}, which Holdfast’s do not have.`]),
    ...(least === undefined ? [] : [`Only objects of more than ${least} bytes.`]),
    ...(most === undefined ? [] : [`Only objects of less than ${most} bytes.`]),
  ];
}
