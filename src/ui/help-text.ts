import { COMMON_OPTIONS, type OptionTable } from './arguments.ts';

/** What the help says of a verb. */
export interface Described {
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  readonly options: OptionTable;
}

export function overviewText(verbs: readonly Described[], program: string): string {
  // A devDependency has no manual page that git would find.
  const manual = program === 'git lode' ? ', git help lode shows the manual' : '';
  return `Versions large files with ordinary git commands, straight to a bucket or a folder.

usage: ${program} <command> [<argument>…]

${columns(verbs.map(({ name, summary }) => [name, summary]))}

Options of every command:
${optionLines(COMMON_OPTIONS)}

${program} help <command> says more of one${manual}.
`;
}

export function commandText({ name, summary, usage, options }: Described, program: string): string {
  return `${summary}

usage: ${[program, name, usage].filter((part) => part !== '').join(' ')}

${optionLines({ ...options, ...COMMON_OPTIONS, ...options })}
`;
}

function optionLines(table: OptionTable): string {
  return columns(
    Object.entries(table).map(([name, { short, type, describe }]) => {
      const value = type === 'string' ? ` <${name}>` : '';
      return [`${short === undefined ? '    ' : `-${short}, `}--${name}${value}`, describe];
    }),
  );
}

function columns(rows: readonly (readonly string[])[]): string {
  const width = Math.max(0, ...rows.map(([left = '']) => left.length));
  return rows.map(([left = '', right = '']) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}
