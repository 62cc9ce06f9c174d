// Loaded before anything else: this process's clock is an hour slow.
const HOUR = 3600_000;
globalThis.Date = new Proxy(Date, {
  construct: (real, args) => Reflect.construct(real, args.length === 0 ? [real.now() - HOUR] : args),
  get: (real, name) => (name === 'now' ? () => real.now() - HOUR : Reflect.get(real, name)),
});
