// What has come in and was not read yet, and waiting for more with a deadline.
import assert from 'node:assert/strict';
import { inspect, isDeepStrictEqual } from 'node:util';

const deadlineMilliseconds = 5000;

// The value of `promise`; or fails, saying what did not come.
export async function within(promise, what, report = () => '', milliseconds = deadlineMilliseconds) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new assert.AssertionError({ message: `no ${what} in time${report()}` })),
                       milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

const shown = (item) => {
  const text = typeof item === 'string' ? item : inspect(item);
  return text.length > 300 ? `${text.slice(0, 300)}...` : text;
};

export class Inbox {
  constructor(owner, milliseconds) {
    this.owner = owner;
    this.milliseconds = milliseconds;
    this.all = [];
    this.read = 0;
    this.arrived = () => {};
  }

  push(item) {
    this.all.push(item);
    this.arrived();
  }

  get unread() {
    return this.all.slice(this.read);
  }

  // Everything up to the first unread item that satisfies `predicate` counts as read; returns that item.
  next(predicate, what) {
    return within(this.#find(predicate), `${what} for ${this.owner}`, () => this.#history(), this.milliseconds);
  }

  // The next unread item, whatever it is.
  take(what = 'event') {
    return this.next(() => true, what);
  }

  // The next unread items are exactly these.
  async expect(...items) {
    for (const item of items) {
      const got = await this.take(shown(item));
      if (!isDeepStrictEqual(got, item))
        assert.fail(`instead of ${shown(item)}\n${this.owner} got ${shown(got)}${this.#history()}`);
    }
  }

  async #find(predicate) {
    for (;;) {
      while (this.read < this.all.length) {
        const item = this.all[this.read++];
        if (predicate(item)) return item;
      }
      await new Promise((resolve) => {
        this.arrived = resolve;
      });
    }
  }

  #history() {
    return `; so far ${this.owner} got:\n${this.all.map((item) => `  ${shown(item)}`).join('\n') || '  nothing'}`;
  }
}
