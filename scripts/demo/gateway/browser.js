// Opens a page in headless Chromium, waits for what it says of itself, and saves what is seen.
//
// usage: node browser.js ADDRESS PROFILE SCREENSHOT SECONDS
//
// Prints, as JSON, what the page's promise `garden` came to (`page`) and what was sent for: address, status, type, range (`answers`).
"use strict";
const { spawn } = require("node:child_process");
const { writeFileSync } = require("node:fs");

const [address, profile, screenshot, seconds] = process.argv.slice(2);

// It speaks over two pipes, each message ended by a zero byte: no port that others could reach, and its end is seen.
const chromium = spawn(
  "chromium",
  [
    "--headless=new", "--remote-debugging-pipe", `--user-data-dir=${profile}`, "--disable-gpu", "--disable-dev-shm-usage", "--mute-audio",
    // As root there is no sandbox. What is opened is our own.
    ...(process.getuid() === 0 ? ["--no-sandbox"] : []),
    // Nothing but this machine.
    "--no-proxy-server", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE *.localhost",
    "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
    "--hide-scrollbars", "--force-device-scale-factor=1", "--window-size=800,760", "about:blank",
  ],
  { stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"] },
);
let said = "";
chromium.stderr.on("data", (words) => (said = (said + words).slice(-4000)));
const [, , , into, from] = chromium.stdio;
into.on("error", () => {});

const waiting = new Map();
const listeners = [];
let rest = Buffer.alloc(0);
from.on("data", (piece) => {
  rest = Buffer.concat([rest, piece]);
  for (let end; (end = rest.indexOf(0)) >= 0; rest = rest.subarray(end + 1)) {
    const message = JSON.parse(rest.subarray(0, end).toString());
    const call = waiting.get(message.id);
    if (!call) listeners.forEach((listener) => listener(message));
    else if (message.error) call.reject(new Error(`${call.method}: ${message.error.message}`));
    else call.resolve(message.result);
    waiting.delete(message.id);
  }
});
let last = 0;
const call = (method, params = {}, sessionId = undefined) =>
  new Promise((resolve, reject) => {
    waiting.set(++last, { method, resolve, reject });
    into.write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`);
  });

async function visit() {
  const { targetId } = await call("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await call("Target.attachToTarget", { targetId, flatten: true });
  const page = (method, params) => call(method, params, sessionId);
  const answers = [];
  const ranges = new Map();
  let loaded;
  const load = new Promise((resolve) => (loaded = resolve));
  listeners.push(({ method, params }) => {
    if (method === "Page.loadEventFired") loaded();
    if (method === "Network.requestWillBeSent") ranges.set(params.requestId, params.request.headers.Range);
    if (method === "Network.responseReceived") {
      const { url, status, mimeType } = params.response;
      answers.push({ url, status, type: mimeType, range: ranges.get(params.requestId) ?? null });
    }
  });
  await page("Network.enable");
  await page("Page.enable");
  const { errorText } = await page("Page.navigate", { url: address });
  if (errorText) throw new Error(`${address}: ${errorText}`);
  await load;
  const { result, exceptionDetails } = await page("Runtime.evaluate", { expression: "window.garden", awaitPromise: true, returnByValue: true });
  if (exceptionDetails) throw new Error(`the page failed: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`);
  if (!result.value) throw new Error("the page's script did not run");
  const { data } = await page("Page.captureScreenshot", { format: "png" });
  writeFileSync(screenshot, Buffer.from(data, "base64"));
  return { page: result.value, answers };
}

const ended = new Promise((_, reject) => {
  chromium.on("error", (error) => reject(new Error(`chromium does not start: ${error.message}`)));
  chromium.on("exit", (status) => reject(new Error(`chromium ended with ${status}:\n${said}`)));
});
let alarm;
const late = new Promise((_, reject) => {
  alarm = setTimeout(() => reject(new Error(`${address} was not shown within ${seconds} s`)), seconds * 1000);
});
Promise.race([visit(), ended, late])
  .then(
    (seen) => console.log(JSON.stringify(seen)),
    (error) => {
      console.error(error.message);
      process.exitCode = 1;
    },
  )
  .finally(() => {
    clearTimeout(alarm);
    ended.catch(() => {});
    if (chromium.exitCode !== null || chromium.signalCode !== null) return;
    call("Browser.close").catch(() => {});
    const force = setTimeout(() => chromium.kill("SIGKILL"), 10_000);
    chromium.once("exit", () => clearTimeout(force));
  });
