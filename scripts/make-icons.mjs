// Makes the pictures of the app and of the tray from resources/mark/*.svg. Run by hand when a mark changes; what it
// makes is committed, so that nobody needs a browser to build Holdfast.
//
//   node scripts/make-icons.mjs
import { chromium } from '@playwright/test';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const resources = resolve(import.meta.dirname, '..', 'resources');
/** @param {string} name */
const svg = (name) => readFileSync(join(resources, 'mark', `${name}.svg`), 'utf8');
const states = ['idle', 'working', 'needs-you'];

const browser = await chromium.launch({
  executablePath: process.env['HOLDFAST_CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  await makeTray();
  await makeIcons();
} finally {
  await browser.close();
}

/** One folder for each look; tray.ts says which system wants which. */
async function makeTray() {
  rmSync(join(resources, 'tray'), { recursive: true, force: true });
  for (const state of states) {
    const black = svg(`tray-${state}`);
    const white = black.replaceAll('#000"', '#fff"');
    // The mask's black is what it cuts out, in any ink.
    const cut = white.replace(/(<mask.*?<\/mask>)/s, /<mask.*?<\/mask>/s.exec(black)?.[0] ?? '$1');
    for (const scale of [1, 2]) {
      const end = scale === 1 ? '.png' : `@${scale}x.png`;
      await write(`tray/template/${state}Template${end}`, black, 16 * scale);
      await write(`tray/dark/${state}${end}`, black, 16 * scale);
      await write(`tray/light/${state}${end}`, cut, 16 * scale);
      await write(`tray/tile/${state}${end}`, onTile(cut), 24 * scale);
    }
  }
}

/** A panel may have any colour: the mark on a ground of its own. @param {string} mark */
function onTile(mark) {
  const inner = mark.replace(/<svg /, '<svg x="4" y="4" ');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24"><rect width="24" height="24" rx="5" fill="#17505f"/>${inner}</svg>`;
}

async function makeIcons() {
  const source = svg('app-icon');
  /** @type {Map<number, Buffer>} */
  const pictures = new Map();
  for (const size of [16, 24, 32, 48, 64, 128, 256, 512, 1024]) pictures.set(size, await draw(source, size));
  rmSync(join(resources, 'icons'), { recursive: true, force: true });
  mkdirSync(join(resources, 'icons'), { recursive: true });
  for (const [size, png] of pictures) writeFileSync(join(resources, 'icons', `${size}x${size}.png`), png);
  const of = (/** @type {number} */ size) => /** @type {Buffer} */ (pictures.get(size));
  writeFileSync(join(resources, 'icon.ico'), ico([16, 24, 32, 48, 64, 128, 256].map((size) => [size, of(size)])));
  /** @type {[string, number][]} */
  const kinds = [
    ['icp4', 16],
    ['icp5', 32],
    ['icp6', 64],
    ['ic07', 128],
    ['ic08', 256],
    ['ic09', 512],
    ['ic10', 1024],
    ['ic11', 32],
    ['ic12', 64],
    ['ic13', 256],
    ['ic14', 512],
  ];
  writeFileSync(join(resources, 'icon.icns'), icns(kinds.map(([kind, size]) => [kind, of(size)])));
}

/** @param {string} name @param {string} source @param {number} size */
async function write(name, source, size) {
  const file = join(resources, name);
  mkdirSync(resolve(file, '..'), { recursive: true });
  writeFileSync(file, await draw(source, size));
}

/** @param {string} source @param {number} size in pixels, both ways @returns {Promise<Buffer>} a PNG on clear ground */
async function draw(source, size) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const sized = source.replace(/<svg ([^>]*?)width="\d+" height="\d+"/, `<svg $1width="${size}" height="${size}"`);
  await page.setContent(`<style>*{margin:0}svg{display:block}</style>${sized}`);
  const png = await page.screenshot({ omitBackground: true });
  await page.close();
  return png;
}

/** Windows' container: a table of places, then the PNGs as they are. @param {[number, Buffer][]} pictures */
function ico(pictures) {
  const head = Buffer.alloc(6 + 16 * pictures.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(pictures.length, 4);
  let place = head.length;
  for (const [index, [size, png]] of pictures.entries()) {
    const at = 6 + 16 * index;
    // 256 does not fit into its byte and is written as 0.
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(png.length, at + 8);
    head.writeUInt32LE(place, at + 12);
    place += png.length;
  }
  return Buffer.concat([head, ...pictures.map(([, png]) => png)]);
}

/** Apple's container: each PNG behind its kind and length. @param {[string, Buffer][]} pictures */
function icns(pictures) {
  const parts = pictures.map(([kind, png]) => {
    const head = Buffer.alloc(8);
    head.write(kind, 0, 'latin1');
    head.writeUInt32BE(png.length + 8, 4);
    return Buffer.concat([head, png]);
  });
  const head = Buffer.alloc(8);
  head.write('icns', 0, 'latin1');
  head.writeUInt32BE(8 + parts.reduce((sum, part) => sum + part.length, 0), 4);
  return Buffer.concat([head, ...parts]);
}
