import {
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { classNames } from './class-names.ts';
import css from './LongList.module.css';
import { offsetsOf, visibleRange } from './window-range.ts';

export interface LongListProps<Item> {
  label: string;
  items: readonly Item[];
  itemId: (item: Item) => string;
  /** Headings are seen and cannot be chosen. */
  isHeading: (item: Item) => boolean;
  /** In px. */
  itemHeight: (item: Item) => number;
  /** What is seen of an item is what it is called. */
  children: (item: Item) => ReactNode;
  selected: string | null;
  /** Arrows choose as they move. */
  onSelect: (id: string) => void;
  /** Enter, or a double press. */
  onOpen?: (id: string) => void;
  /** The last items come into view: time for the next page. */
  onEnd?: () => void;
  /** Instead of items. */
  empty?: ReactNode;
  /** Under the last item. */
  foot?: ReactNode;
  className?: string;
}

const beyondPx = 300;
const endPx = 1_200;

/**
 * A column to choose from, of any length: only what is seen is drawn, and adding a page costs no more for the pages before
 * it. Arrows, Page Up and Down, Home and End move. Its parent gives the height.
 */
export function LongList<Item>(props: LongListProps<Item>) {
  const { items, itemId, isHeading, itemHeight, selected, onEnd } = props;
  const name = useId();
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  const offsets = useMemo(() => offsetsOf(items, itemHeight), [items, itemHeight]);
  const total = offsets.at(-1) ?? 0;
  const { from, to } = visibleRange(offsets, view.top - beyondPx, view.top + view.height + beyondPx);
  const selectedAt = useMemo(
    () => (selected === null ? -1 : items.findIndex((item) => itemId(item) === selected && !isHeading(item))),
    [items, itemId, isHeading, selected],
  );

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const measure = () => setView({ top: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const element = box.current;
    if (element === null || selectedAt === -1) return;
    const top = offsets[selectedAt] ?? 0;
    const bottom = offsets[selectedAt + 1] ?? top;
    // A heading above the first of its day is shown with it.
    const above = selectedAt > 0 && isHeading(items[selectedAt - 1] as Item) ? (offsets[selectedAt - 1] ?? top) : top;
    if (above < element.scrollTop) element.scrollTop = above;
    else if (bottom > element.scrollTop + element.clientHeight) element.scrollTop = bottom - element.clientHeight;
    // Only a new choice scrolls: a page that is added under it does not.
    // oxlint-disable-next-line react/exhaustive-deps -- see above
  }, [selected, selectedAt === -1]);

  const nearEnd = items.length > 0 && view.top + view.height > total - endPx;
  useEffect(() => {
    if (nearEnd) onEnd?.();
  }, [nearEnd, onEnd, items.length]);

  const choose = (start: number, step: number): void => {
    const at = nextChoice(items, isHeading, start, step);
    if (at !== null) props.onSelect(itemId(items[at] as Item));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(view.height / 44) - 1);
    const moves: Record<string, () => void> = {
      ArrowDown: () => choose(selectedAt + 1, 1),
      ArrowUp: () => choose(selectedAt === -1 ? 0 : selectedAt - 1, selectedAt === -1 ? 1 : -1),
      PageDown: () => choose(Math.min(items.length - 1, selectedAt + page), selectedAt + page < items.length ? 1 : -1),
      PageUp: () => choose(Math.max(0, selectedAt - page), selectedAt - page > 0 ? -1 : 1),
      Home: () => choose(0, 1),
      End: () => choose(items.length - 1, -1),
      Enter: () => selected !== null && props.onOpen?.(selected),
    };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    move();
  };

  const idOf = (at: number): string => `${name}-${at}`;
  if (items.length === 0) {
    return (
      <div ref={box} className={classNames(css.box, props.className)}>
        <div className={css.empty}>{props.empty}</div>
        {props.foot}
      </div>
    );
  }
  return (
    <>
      <div
        ref={box}
        role="listbox"
        tabIndex={0}
        aria-label={props.label}
        className={classNames(css.box, props.className)}
        onScroll={(event) => setView({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })}
        onKeyDown={onKeyDown}
        {...(selectedAt >= from && selectedAt < to ? { 'aria-activedescendant': idOf(selectedAt) } : {})}
      >
        <div className={css.whole} style={{ height: total }} role="presentation">
          {items.slice(from, to).map((item, index) => {
            const at = from + index;
            const place = { top: offsets[at] ?? 0, height: itemHeight(item) };
            if (isHeading(item)) {
              // A listbox has options and nothing else: each says its day itself.
              return (
                <div key={itemId(item)} className={css.heading} style={place} aria-hidden="true">
                  {props.children(item)}
                </div>
              );
            }
            return (
              // The list holds the focus and its keys; an option is only pressed.
              <div
                key={itemId(item)}
                id={idOf(at)}
                role="option"
                aria-selected={at === selectedAt}
                className={css.option}
                style={place}
                onClick={() => props.onSelect(itemId(item))}
                onDoubleClick={() => props.onOpen?.(itemId(item))}
              >
                {props.children(item)}
              </div>
            );
          })}
        </div>
      </div>
      {props.foot}
    </>
  );
}

/** The first item that can be chosen from `start` on, in the direction of `step`. */
function nextChoice<Item>(
  items: readonly Item[],
  isHeading: (item: Item) => boolean,
  start: number,
  step: number,
): number | null {
  for (let at = start; at >= 0 && at < items.length; at += step) {
    if (!isHeading(items[at] as Item)) return at;
  }
  return null;
}
