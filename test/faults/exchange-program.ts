/**
 * Exchanges two databases and kills itself at a named step: what a power cut or `kill -9` leaves at exactly that instant.
 *
 *   node test/faults/exchange-program.ts '{"engine":"sqlite","step":"linked","exchange":{…}}'
 */
import { systemClock } from '../../src/main/base/clock.ts';
import { silentLog } from '../../src/main/base/log.ts';
import type { Exchange } from '../../src/main/engine/engine.ts';
import { exchangeDatabases } from '../../src/main/engine/postgres/exchange.ts';
import { exchangeFiles } from '../../src/main/engine/sqlite/exchange.ts';

interface Order {
  engine: 'sqlite' | 'postgres';
  /** `never` lets it come to its end. */
  step: string;
  exchange: Exchange;
  work: string;
}

const order = JSON.parse(process.argv[2] ?? '') as Order;
const watch = {
  signal: new AbortController().signal,
  progress: () => {},
  log: silentLog,
  work: order.work,
};
const onStep = (step: string): void => {
  if (step === order.step) process.kill(process.pid, 'SIGKILL');
};
if (order.engine === 'sqlite') await exchangeFiles(order.exchange, systemClock, watch, onStep);
else {
  const surroundings = {
    clock: systemClock,
    userHome: order.work,
    pgpassFile: '/nonexistent',
    sshAgentSocket: undefined,
    path: [],
    scratchFolder: order.work,
  };
  await exchangeDatabases(order.exchange, {}, watch, surroundings, onStep);
}
