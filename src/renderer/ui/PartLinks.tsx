import { Count } from './Badge.tsx';
import css from './PartLinks.module.css';

export interface PartLink {
  title: string;
  href: string;
  /** What waits there; left out where nothing does. */
  number?: number | undefined;
}

/** The parts of one thing, each with an address of its own, under the sentence that leads. */
export function PartLinks({ label, links, current }: { label: string; links: readonly PartLink[]; current: number }) {
  return (
    <nav className={css.parts} aria-label={label}>
      {links.map(({ title, href, number }, index) => (
        <a key={href} href={href} aria-current={index === current ? 'page' : undefined}>
          {title}
          {number !== undefined && <Count>{number}</Count>}
        </a>
      ))}
    </nav>
  );
}
