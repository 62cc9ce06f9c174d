/** `text` as one word of a POSIX shell, whatever it holds. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A path as the sh of git for Windows takes it, and Node as well. */
export function shellPath(file: string, platform: NodeJS.Platform = process.platform): string {
  return platform === 'win32' ? file.replaceAll('\\', '/') : file;
}

/** Puts values into a template's `@NAME@` places. */
export function fillTemplate(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/@([A-Z]+)@/g, (place, name: string) => values[name] ?? place);
}
