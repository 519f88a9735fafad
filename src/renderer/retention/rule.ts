/** Pure: the rule as its form has it, and back. */
import type { DestinationId } from '../../shared/id.ts';
import { retentionPresets } from '../../shared/retention-presets.ts';
import { usualAskAbove, type RetentionRule, type RetentionSettings } from '../../shared/retention.ts';

export const amountNames = ['keepLast', 'daily', 'weekly', 'monthly', 'yearly', 'keepDays'] as const;
export type AmountName = (typeof amountNames)[number];

export const noRule = (timeZone: string): RetentionRule => ({
  timeZone,
  keepLast: null,
  daily: null,
  weekly: null,
  monthly: null,
  yearly: null,
  keepDays: null,
  maxBytes: null,
});

/** The rule that the editor shows: the place's own where it has one. */
export function ruleAt(settings: RetentionSettings, destination: DestinationId | null): RetentionRule | null {
  const own = settings.places.find((place) => place.destination === destination);
  return own === undefined ? settings.rule : own.rule;
}

export const hasOwnRule = ({ places }: RetentionSettings, destination: DestinationId | null): boolean =>
  places.some((place) => place.destination === destination);

export function withRuleAt(
  settings: RetentionSettings,
  destination: DestinationId | null,
  rule: RetentionRule | null,
): RetentionSettings {
  if (!hasOwnRule(settings, destination)) return { ...settings, rule };
  return {
    ...settings,
    places: settings.places.map((place) => (place.destination === destination ? { ...place, rule } : place)),
  };
}

/** A place gets a rule of its own, which begins as the one that held there, or goes by the plan's again. */
export function withOwnRule(settings: RetentionSettings, destination: DestinationId, own: boolean): RetentionSettings {
  const others = settings.places.filter((place) => place.destination !== destination);
  return { ...settings, places: own ? [...others, { destination, rule: settings.rule }] : others };
}

const parts = (rule: RetentionRule): (number | null)[] => [...amountNames.map((name) => rule[name]), rule.maxBytes];

/** An editor in which nothing is filled in keeps everything. */
export const plain = (rule: RetentionRule): RetentionRule | null =>
  parts(rule).every((part) => part === null) ? null : rule;

export type PresetName = string;

/** The preset that a rule is, whatever its zone. */
export function presetOf(rule: RetentionRule | null): PresetName | null {
  if (rule === null) return null;
  const found = retentionPresets.find((preset) =>
    parts({ ...preset.rule, timeZone: '' }).every((part, index) => part === parts(rule)[index]),
  );
  return found?.name ?? null;
}

export const askAboveOf = ({ askAbove = usualAskAbove }: RetentionSettings): number | null => askAbove;

export const isSame = (one: RetentionSettings, other: RetentionSettings): boolean =>
  JSON.stringify([one.rule, one.places, askAboveOf(one)]) ===
  JSON.stringify([other.rule, other.places, askAboveOf(other)]);

/** What must be typed before many go, or one that was proven. */
export const needsWord = (goes: number, proven: number, settings: RetentionSettings): boolean =>
  proven > 0 || goes > (askAboveOf(settings) ?? usualAskAbove);
