/** What a bench runs inside the window, as text: this side of the project knows no page. */

/** Keeps how long every task over 50 ms took, in ms. */
export const watchLongTasks = `
  globalThis.longTasks = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) globalThis.longTasks.push(Math.round(entry.duration));
  }).observe({ type: 'longtask', buffered: true });
`;

/** Those since the last time. */
export const takeLongTasks = 'globalThis.longTasks.splice(0)';

export const goTo = (route: string): string => `location.hash = ${JSON.stringify(route)}`;

/** Scrolls what can be scrolled furthest, and comes to how long every frame took. */
export const scrollFrames = (count: number, pixels: number): string => `(async () => {
  const canScroll = (element) =>
    ['auto', 'scroll'].includes(getComputedStyle(element).overflowY) ? element.scrollHeight - element.clientHeight : 0;
  const [list] = [...document.querySelectorAll('main, main *')].sort((a, b) => canScroll(b) - canScroll(a));
  if (list === undefined || canScroll(list) < 1000) throw new Error('Nothing on this screen scrolls.');
  const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const frames = [];
  let last = await nextFrame();
  for (let frame = 0; frame < ${count}; frame += 1) {
    list.scrollTop += ${pixels};
    const now = await nextFrame();
    frames.push(now - last);
    last = now;
  }
  return frames;
})()`;
