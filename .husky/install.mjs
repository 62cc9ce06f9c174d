// `npm ci` in a clone puts the hooks in place. Where husky or git is missing (a production install, an unpacked archive)
// there is nothing to put in place, and that is no failure.
const found = await import('husky').catch((error) => {
  if (error.code === 'ERR_MODULE_NOT_FOUND') return undefined;
  throw error;
});
const said = found?.default() ?? '';
if (said !== '') process.stderr.write(`hooks not installed: ${said}\n`);
