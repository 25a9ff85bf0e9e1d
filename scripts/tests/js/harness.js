// What the checks of a DApp developer's view have in common: counting, sending calls, and noting which reads were called.
import { ApiPromise, WsProvider } from '@polkadot/api';
import { cryptoWaitReady } from '@polkadot/util-crypto';

export const counts = { passed: 0, failed: 0 };

// Runs a check and reports it; the ones after it run all the same.
export async function check(what, run) {
  try {
    await run();
    counts.passed += 1;
    console.log(`ok      ${what}`);
  } catch (error) {
    counts.failed += 1;
    console.log(`FAILED  ${what}: ${error.message}`);
  }
}

export function must(condition, words) {
  if (!condition) throw new Error(words);
}

// Sends a call and waits until it is final; rejects with the error's name where the chain refuses it.
export function send(call, signer) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('not final within 60 seconds')), 60_000);
    call
      .signAndSend(signer, ({ status, events, dispatchError }) => {
        if (!status.isFinalized) return;
        clearTimeout(timer);
        if (dispatchError?.isModule) {
          const { section, name } = call.registry.findMetaError(dispatchError.asModule);
          reject(new Error(`${section}.${name}`));
        } else if (dispatchError) {
          reject(new Error(dispatchError.toString()));
        } else {
          resolve(events.map(({ event }) => event));
        }
      })
      .catch(reject);
  });
}

export const url = process.argv[2];
await cryptoWaitReady();
export const api = await ApiPromise.create({ provider: new WsProvider(url), noInitWarn: true, throwOnConnect: true });

export const COIN = 10n ** 12n;
export const APIS = ['storageApi', 'capacityApi', 'computeApi', 'namesApi', 'gatewaysApi', 'bucketsApi', 'sharesApi'];
const called = new Set();
// The reads of a state. Which of them were called is noted: at the end none may be left out.
export function reads({ call }, name) {
  const noted = ([read, ask]) => [read, (...values) => (called.add(`${name}.${read}`), ask(...values))];
  return Object.fromEntries(Object.entries(call[name]).map(noted));
}
export function leftOut() {
  const all = APIS.flatMap((name) => Object.keys(api.call[name]).map((read) => `${name}.${read}`));
  return all.filter((read) => !called.has(read));
}
