import { keysText, type Shortcut, type ShortcutId, shortcuts } from '../keys.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { isMac } from '../use-keys.ts';
import { frame } from '../words/frame.ts';
import css from './Sheet.module.css';
import { openSheet, useShown } from './shown.ts';

const all = Object.entries(shortcuts) as [ShortcutId, Shortcut][];
const headings = [...new Set(all.map(([, { where }]) => where))];

/** Every shortcut, from the table that also makes them work. */
export function Sheet() {
  const open = useShown((shown) => shown.sheet);
  return (
    <Dialog open={open} onClose={() => openSheet(false)} title={frame.sheet} wide>
      <div className={css.sheet}>
        {headings.map((where) => (
          <section key={where}>
            <h3>{where}</h3>
            <dl>
              {all
                .filter(([, shortcut]) => shortcut.where === where)
                .map(([id, shortcut]) => (
                  <div key={id}>
                    <dt>{shortcut.title}</dt>
                    <dd>
                      <kbd>{keysText(id, isMac())}</kbd>
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
