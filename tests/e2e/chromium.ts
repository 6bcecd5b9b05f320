import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { Program } from './programs.js';

/** Where Debian and others install Chromium. */
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser of this machine, or why no test can use one. No tool of `tools/`: it is no Go program. */
export function chromium(): Program {
  for (const path of places) {
    try {
      accessSync(path, constants.X_OK);
      return { path };
    } catch {}
  }
  return { reason: `there is no browser in ${places.join(', ')}: apt-get install chromium` };
}

/** One page of a headless browser. */
export interface Page {
  /** Opens an address and waits until it has loaded. */
  open(url: string): Promise<void>;
  /** The value of an expression in the page, which may be a promise; it must be plain data. @throws what the expression throws */
  evaluate<T>(expression: string): Promise<T>;
  /** Presses and releases a key, as a person does. @param key its name in KeyboardEvent.key @example 'ArrowDown' */
  press(key: string): Promise<void>;
  /** Types into what has the focus. */
  type(text: string): Promise<void>;
  /** What a person sees, as PNG. */
  screenshot(): Promise<Buffer>;
  /** Sets the size of the window, in pixels. */
  resize(width: number, height: number): Promise<void>;
  /** Sets what the system prefers, or the medium. */
  emulate(media: { readonly scheme?: 'light' | 'dark'; readonly medium?: 'print' | 'screen' }): Promise<void>;
  /** Errors, warnings and refusals of a policy, since the browser started. */
  readonly complaints: readonly string[];
  /** Addresses that were asked for, since the browser started. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, never>>;
  readonly result?: Readonly<Record<string, never>>;
  readonly error?: { readonly message: string };
}

/**
 * Starts a headless browser with one page, and speaks its protocol over a pair of pipes: no port, no library.
 * Source: https://chromedevtools.github.io/devtools-protocol/ (methods), https://github.com/chromium/chromium/blob/main/content/public/common/content_switches.cc
 * (--remote-debugging-pipe: in is descriptor 3, out is 4; messages are JSON and end with a zero byte)
 * @param path the program
 */
export async function openPage(path: string): Promise<Page> {
  const profile = mkdtempSync(join(tmpdir(), 'chromium-'));
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const flags = [
    '--headless',
    '--remote-debugging-pipe',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--no-first-run',
    `--user-data-dir=${profile}`,
  ];
  const browser = spawn(path, [...flags, ...root, 'about:blank'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
  const complaints: string[] = [];
  const requests: string[] = [];
  const send = speak(browser, (event) => {
    const params = event.params as Record<string, unknown> | undefined;
    const text = JSON.stringify(params);
    if (event.method === 'Runtime.exceptionThrown' || event.method === 'Log.entryAdded' || event.method === 'Runtime.consoleAPICalled')
      complaints.push(text);
    if (event.method === 'Network.requestWillBeSent') requests.push((params as { request: { url: string } }).request.url);
  });
  const { targetInfos } = await send<{ targetInfos: { targetId: string; type: string }[] }>('Target.getTargets');
  const targetId = targetInfos.find((target) => target.type === 'page')?.targetId;
  const { sessionId } = await send<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
  const call = <T = unknown>(method: string, params: object = {}) => send<T>(method, params, sessionId);
  for (const domain of ['Page', 'Runtime', 'Network', 'Log']) await call(`${domain}.enable`);

  const evaluate = async <T>(expression: string): Promise<T> => {
    const answer = await call<{ result: { value: T }; exceptionDetails?: { exception?: { description?: string } } }>('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
      userGesture: true,
    });
    if (answer.exceptionDetails !== undefined) throw new Error(answer.exceptionDetails.exception?.description ?? 'The expression failed.');
    return answer.result.value;
  };
  return {
    complaints,
    requests,
    evaluate,
    open: async (url) => {
      // An address that differs in what is after # only would load nothing.
      await call('Page.navigate', { url: 'about:blank' });
      await call('Page.navigate', { url });
      for (;;) {
        if (await evaluate<boolean>(`location.href === ${JSON.stringify(url)} && document.readyState === 'complete'`)) return;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    press: async (key) => {
      const text = key === 'Enter' ? '\r' : key.length === 1 ? key : undefined;
      const code = key === 'Enter' ? { windowsVirtualKeyCode: 13 } : key === 'Escape' ? { windowsVirtualKeyCode: 27 } : {};
      await call('Input.dispatchKeyEvent', {
        type: text === undefined ? 'rawKeyDown' : 'keyDown',
        key,
        ...code,
        ...(text === undefined ? {} : { text }),
      });
      await call('Input.dispatchKeyEvent', { type: 'keyUp', key, ...code });
    },
    type: async (text) => {
      await call('Input.insertText', { text });
    },
    screenshot: async () => Buffer.from((await call<{ data: string }>('Page.captureScreenshot', { format: 'png' })).data, 'base64'),
    resize: async (width, height) => {
      await call('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
    },
    emulate: async ({ scheme, medium }) => {
      const features = scheme === undefined ? [] : [{ name: 'prefers-color-scheme', value: scheme }];
      await call('Emulation.setEmulatedMedia', { media: medium ?? '', features });
    },
    close: async () => {
      const ended = new Promise((resolve) => browser.once('exit', resolve));
      await send('Browser.close').catch(() => browser.kill());
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Calls methods of the browser over its pipes. Every call fails when the browser ends. */
function speak(browser: ChildProcess, onEvent: (event: Message) => void) {
  const [, , , input, output] = browser.stdio as unknown as [null, null, null, Writable, Readable];
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let last = 0;
  let rest: Buffer = Buffer.alloc(0);
  output.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
      const message = JSON.parse(rest.subarray(0, end).toString()) as Message;
      rest = rest.subarray(end + 1);
      if (message.id === undefined) onEvent(message);
      else if (message.error === undefined) waiting.get(message.id)?.resolve(message.result as never);
      else waiting.get(message.id)?.reject(new Error(message.error.message));
    }
  });
  const fail = () => {
    for (const { reject } of waiting.values()) reject(new Error('The browser has ended.'));
  };
  browser.once('exit', fail);
  browser.once('error', fail);
  input.on('error', fail);
  return <T>(method: string, params: object = {}, sessionId?: string): Promise<T> =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      input.write(`${JSON.stringify({ id: last, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`);
    });
}
