/**
 * What every keeper of secrets promises. Plain assertions, because the one for the OS keychain runs in a desktop
 * session of its own, outside the test runner.
 */
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { Secret } from '../../src/main/base/secret.ts';
import type { Keychain } from '../../src/main/vault/keeper.ts';
import { everyCharacter } from '../helpers/every-character.ts';

export interface Stand {
  /** A keeper on a store that nobody has used yet, and the way to open the same store again, as after a restart. */
  fresh(): Promise<{ keeper: Keychain; again: () => Promise<Keychain> }>;
}

export interface KeeperPromise {
  name: string;
  holds: (stand: Stand) => Promise<void>;
}

const text = async (keeper: Keychain, ref: string): Promise<string | undefined> => (await keeper.get(ref))?.reveal();

export const keeperPromises: KeeperPromise[] = [
  {
    name: 'gives back what it was given, exactly',
    async holds(stand) {
      const { keeper } = await stand.fresh();
      const passwords = [
        'x',
        'pässwörd 🔑',
        ' with spaces ',
        'two\nlines\r\n',
        `"quoted' \\ %41 $HOME`,
        'e\u0301',
        '\u00e9',
        'a'.repeat(4096),
        everyCharacter,
      ];
      for (const [index, password] of passwords.entries()) await keeper.put(`source/${index}`, new Secret(password));
      for (const [index, password] of passwords.entries())
        assert.equal(await text(keeper, `source/${index}`), password);
    },
  },
  {
    name: 'has nothing under a name that was never used',
    async holds(stand) {
      const { keeper } = await stand.fresh();
      assert.equal(await keeper.get('source/none'), undefined);
      await keeper.put('source/one', new Secret('1'));
      for (const near of ['source/on', 'source/one/', 'source/ONE', 'one', 'constructor', '__proto__']) {
        assert.equal(await keeper.get(near), undefined, near);
      }
    },
  },
  {
    name: 'puts a new secret in place of the old one and leaves the others alone',
    async holds(stand) {
      const { keeper } = await stand.fresh();
      await keeper.put('source/a', new Secret('old'));
      await keeper.put('source/b', new Secret('other'));
      await keeper.put('source/a', new Secret('new'));
      assert.equal(await text(keeper, 'source/a'), 'new');
      assert.equal(await text(keeper, 'source/b'), 'other');
    },
  },
  {
    name: 'forgets what it is told to forget, and what it never knew without a word',
    async holds(stand) {
      const { keeper, again } = await stand.fresh();
      await keeper.put('source/a', new Secret('1'));
      await keeper.put('source/b', new Secret('2'));
      await keeper.forget('source/a');
      await keeper.forget('source/a');
      await keeper.forget('source/never');
      assert.equal(await keeper.get('source/a'), undefined);
      assert.equal(await text(await again(), 'source/b'), '2');
      assert.equal(await (await again()).get('source/a'), undefined);
    },
  },
  {
    name: 'keeps secrets through a restart',
    async holds(stand) {
      const { keeper, again } = await stand.fresh();
      await keeper.put('source/a', new Secret('kept'));
      const later = await again();
      assert.equal(await text(later, 'source/a'), 'kept');
      await later.put('source/b', new Secret('more'));
      assert.equal(await text(await again(), 'source/b'), 'more');
    },
  },
  {
    name: 'is recognised by the id it was claimed with, and has none before',
    async holds(stand) {
      const { keeper, again } = await stand.fresh();
      assert.equal(await keeper.identity(), undefined);
      await keeper.claim('keeper-0123');
      assert.equal(await keeper.identity(), 'keeper-0123');
      await keeper.put('source/a', new Secret('1'));
      assert.equal(await (await again()).identity(), 'keeper-0123');
      const other = await stand.fresh();
      assert.equal(await other.keeper.identity(), undefined);
      assert.equal(await other.keeper.get('source/a'), undefined);
    },
  },
  {
    name: 'loses nothing when much is asked at once',
    async holds(stand) {
      const { keeper, again } = await stand.fresh();
      const many = Array.from({ length: 20 }, (_, index) => `source/${index}`);
      await Promise.all(many.map((ref) => keeper.put(ref, new Secret(`secret of ${ref}`))));
      await Promise.all(many.slice(0, 5).map((ref) => keeper.forget(ref)));
      const later = await again();
      const found = await Promise.all(many.map((ref) => text(later, ref)));
      assert.deepEqual(
        found,
        many.map((ref, index) => (index < 5 ? undefined : `secret of ${ref}`)),
      );
    },
  },
  {
    name: 'hands out secrets that do not show themselves, and says how well it keeps',
    async holds(stand) {
      const { keeper } = await stand.fresh();
      await keeper.put('source/a', new Secret('hunter2hunter2'));
      const secret = await keeper.get('source/a');
      assert.equal(
        `${inspect(secret)} ${JSON.stringify(secret)} ${inspect(keeper, { depth: 9, showHidden: true })}`.includes(
          'hunter2',
        ),
        false,
      );
      assert.match(keeper.strength, /\w{4}/);
    },
  },
];
