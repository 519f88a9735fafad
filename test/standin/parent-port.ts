/** Preloaded into a child of the stand-in: it finds `process.parentPort`, as in Electron, and no channel of Node's own. */
import { EventEmitter } from 'node:events';

const send = process.send?.bind(process);

class ParentPort extends EventEmitter {
  postMessage(message: unknown): void {
    if (process.connected) send?.(message);
  }
}
const port = new ParentPort();
process.on('message', (data) => port.emit('message', { data }));
// Chromium ends its children with itself.
process.on('disconnect', () => process.exit(1));
Object.defineProperty(process, 'parentPort', { value: port });
Object.defineProperty(process.versions, 'electron', { value: '0.0.0-stand-in' });
delete (process as { send?: unknown }).send;
