/** The secret of a kit as a person copies it from paper: rows of digits, and a word beside each that tells a slip of the pen. */
import { createHash } from 'node:crypto';

export interface KitRow {
  /** Counted from 1. */
  number: number;
  /** Two groups of four digits. */
  groups: [string, string];
  word: string;
}

const digitsInRow = 8;

/** 64 digits in eight rows. The word of a row follows from its digits and its number. */
export function kitRows(secret: string): KitRow[] {
  return Array.from({ length: secret.length / digitsInRow }, (_, index) => {
    const digits = secret.slice(index * digitsInRow, (index + 1) * digitsInRow);
    return { number: index + 1, groups: [digits.slice(0, 4), digits.slice(4)], word: wordOf(index + 1, digits) };
  });
}

function wordOf(number: number, digits: string): string {
  const [first = 0] = createHash('sha256').update(`holdfast v1 kit row ${number} ${digits}`).digest();
  return checkWords[first] ?? '';
}

/** One for each value of a byte. Printed kits depend on their order. */
const checkWords: readonly string[] =
  `acorn acre actor adobe agent alarm album alder alley almond amber anchor ankle apple apron arbor arch armor
   arrow aspen atlas attic autumn badge bagel baker bamboo banjo barley barn basil basket beacon beaver beetle
   bench berry birch bishop blanket bonnet border bottle branch bread brick bridge bronze brook broom bucket cabin
   cable cactus camel canal candle canoe canvas canyon carbon cargo carpet carrot castle cedar cellar chalk cherry
   chess cider cinema circus clover cobalt coffee comet copper coral cotton cradle crane crater cricket crown
   crystal curtain daisy dancer desert diamond dinner doctor dolphin donkey dragon drum eagle easel echo elbow
   elder elm ember engine envelope fabric falcon farmer feather fennel fern ferry fiddle finger flame flint flower
   flute forest fossil fountain fox frost galaxy garden garlic gecko ginger giraffe glacier globe glove goblet
   gold goose granite grape gravel guitar gull hammer hammock harbor harp harvest hazel hedge helmet heron hill
   honey horn hotel iceberg igloo indigo ink iron island ivory jacket jaguar jasmine jewel jungle kayak kernel
   kettle kitten knight ladder lagoon lantern laurel lemon lentil lily linen lion lobster locket lotus lumber
   magnet mango maple marble market meadow melon meteor mill mint mirror moss motor museum napkin nectar needle
   nest nickel north nutmeg oasis oat ocean olive onion opal orange orchid otter owl oyster paddle palace panda
   paper parade parrot peach pearl pebble pelican pencil pepper piano pigeon pilot pine planet plum pocket poplar
   prism pumpkin quail quarry quartz quill rabbit radio raven ribbon saddle salmon sandal sparrow spruce tulip
   turtle violin walnut willow`.split(/\s+/);
